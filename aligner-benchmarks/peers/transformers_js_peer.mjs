// transformers.js on the CPU behind the protocol of the side-by-side runner (see ../README.md).
//
//     NODE_PATH is not read by ES modules: run a copy of this file, or a link to it kept by --preserve-symlinks-main,
//     in the folder that holds node_modules.
//
//     node transformers_js_peer.mjs MODEL_DIRECTORY [THREADS]
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AutoModelForCausalLM, AutoModelForSeq2SeqLM, Tensor, env } from "@huggingface/transformers";

const directory = resolve(process.argv[2]);
const threads = Number(process.argv[3] ?? 2);
env.allowRemoteModels = false;
env.localModelPath = dirname(directory);

const config = JSON.parse(readFileSync(join(directory, "config.json"), "utf-8"));
const seq2seq = config.is_encoder_decoder === true;
const kind = seq2seq ? AutoModelForSeq2SeqLM : AutoModelForCausalLM;
const model = await kind.from_pretrained(basename(directory), {
  dtype: "fp32",
  device: "cpu",
  subfolder: "",
  session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
});

function idTensor(values) {
  return new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
}

async function answer(request) {
  const start = performance.now();
  const output = await model.generate({
    input_ids: idTensor(request.input_ids),
    attention_mask: idTensor(request.input_ids.map(() => 1)),
    max_new_tokens: request.max_new_tokens,
    do_sample: false,
    num_beams: 1,
  });
  const ms = performance.now() - start;
  const ids = Array.from(output.data, Number);
  return { ids: ids.slice(seq2seq ? 1 : request.input_ids.length), ms };
}

process.stdout.write(JSON.stringify({ ready: `transformers.js ${env.version}` }) + "\n");
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
}
