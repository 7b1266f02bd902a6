"""Runs llama.cpp's own server, which xllamacpp carries, on loopback; prints its address, and ends
when its input does.

    python serve.py MODEL.gguf API_KEY
"""

import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.api_keys = [sys.argv[2]]
params.n_ctx = 16384
params.n_parallel = 2
params.cpuparams.n_threads = 1

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
