"""Small templates, each for one trait of Jinja or Python that chat templates lean on."""

NAMES = {
    "s": "  Some Text \n",
    "u": "Grüße 😀 ß e\u0301",
    "n": 7,
    "f": 2.5,
    "t": True,
    "none": None,
    "l": [3, 1, 2],
    "w": ["b", "A", "c", "a"],
    "d": {"b": 1, "a": "x", "items": "own", "nested": {"k": [1, None, True, 1.0, "q'\"\n"]}},
    "m": [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "U1", "tool": {"name": "f"}},
        {"role": "assistant", "content": "A1"},
        {"role": "user", "content": "U2"},
    ],
}

WHITESPACE = [
    "a\n  {% if t %}\n  b\n  {% endif %}\nc\n",
    "a\n  {%- if t %}\n  b\n  {%- endif %}\nc\n\n",
    "a\n  {% if t -%}\n  b\n  {% endif -%}\n  c",
    "a\n  {%+ if t %}\n  b\n  {%+ endif %}\nc",
    "a\n  {% if t +%}\n  b{% endif +%}\nc",
    "a\n  {{ n }}\n  {{- n }}\n  {{ n -}}\n  b",
    "a\n  {# c #}\n  {#- c #}\n b {# c -#}\n  d {#+ c #}\n e {# c +#}\n f",
    "  {% set x = 1 %}  \n  {{ x }}  \n",
    "{% if t %}x{% endif %}\n\n{% if t %}y{% endif %}\n\n\n",
    "x {% if t %} y {% endif %} z",
    "\u00a0{% if t %}\u2003\n\u00a0 {% endif %}x",
    "a\r\n{% if t %}\r\nb\r{% endif %}\r\nc\r\n",
    "{% raw %} {{ x }} {% if %} {% endraw %}\n a",
    "a\n  {%- raw -%}  \n {{ x }} \n {%- endraw -%}  \n b",
    "a\n  {% raw %}\n  b\n  {% endraw %}\nc",
    "{{ '{{' }}{{ '}}' }}{{ '{%' }}{% set a = '%}' %}{{ a }}",
    "{{ {'a': {'b': 1}}['a']['b'] }}{{ {'a':{}}}}",
    "{% for x in l %}\n  {{ x }}\n{% endfor %}\nend",
    "{%- for x in l -%}\n  {{- x -}}\n{%- endfor -%}\nend",
    "{% if t %}{% endif %}   {% if t %}{% endif %}|",
    "\n{% if t %}\n\n\na{% endif %}",
    "{#\n many\n lines\n#}\nx",
    "a { b } c {d} % # {",
]

EXPRESSIONS = """
1 + 2 * 3 - 4
7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1
-2 ** 2
1 < 2 < 3
1 < 2 > 1, 1 == 1.0, true == 1, 'a' == 1, none == false
'a' < 'b', [1, 2] < [1, 3], 2 > 1.5
not true or true and false
not not n
'x' ~ 1 ~ none ~ true ~ 1.5 ~ [1, 'a']
'a' + 'b' | upper
('a' + 'b') | upper
'a' + 'b'.upper()
'-' * 3 ~ 2 * '+'
[1] + [2], (1, 2) + (3,), [0] * 2
'yes' if t else 'no'
'yes' if not t else 'no' if none else 'never'
'nothing' if not t
(n if n > 5 else 0) + 1
l[0], l[-1], l[9], l[1:], l[:-1], l[::-1], l[::2], l[5:], l[-2:]
u[0], u[-1], u[6:7], u[::-1], u[2:4]
u|length, l|length, d|length, nope|length
d.b, d['b'], d.nope, d['nope'], d.items is callable, d['items'], d.nested.k[4]
d.get('b'), d.get('zz'), d.get('zz', 4), d.keys()|list, d.values()|list
m[1].tool.name, m[0].tool, m[0].tool is defined, m[-1]['role']
'role' in m[0], 'x' in m[0], 'om' in s, 3 in l, 9 not in l, 'x' in nope
none, true, false, 1.0, 1e20, 1e16, 123456789.125, 1e-5, 0.0001, 2.5e-7
'a\\nb', 'a\\tb', "q\\"q", 'q\\'q', '\\x41\\u00e9', 'a\\qb', 'a' 'b' "c"
s.strip(), s.lstrip(), s.rstrip(), s|trim, s|trim|length
'xxaxx'.strip('x'), 'xxaxx'.lstrip('x'), 'xxaxx'.rstrip('x'), 'abcba'|trim('ab')
'a,b,,c'.split(','), ' a  b '.split(), ' a  b c '.split(none, 1), 'a,b,c'.split(',', 1), 'a,b,c'.rsplit(',', 1), ''.split(), ''.split(',')
'</think>x</think>y'.split('</think>')[-1], 'x'.split('</think>')[0]
'abc'.startswith('ab'), 'abc'.endswith(('x', 'c')), 'abc'.startswith('')
'aaa'.replace('a', 'b'), 'aaa'.replace('a', 'b', 2), 'ab'.replace('', '-'), 'aaa'|replace('a', 'b', 1)
'a b'.title(), "it's a"|title, "it's a".title(), 'hELLO wORLD'|capitalize, 'x'.capitalize(), 'ÀB'|lower, 'straße'.upper()
'abcabc'.find('c'), 'abc'.find('z'), 'abcabc'.rfind('c'), 'aXbX'.count('X'), 'ab'.index('b')
', '.join(['a', 'b']), l|join, l|join(', '), m|join('/', attribute='role'), [1, none]|join('-')
'a\\nb\\r\\nc'.splitlines(), 'a\\nb\\n'.splitlines(true), 'aPre'.removeprefix('a'), 'aPre'.removesuffix('e')
'12'.isdigit(), 'a1'.isalnum(), ''.isspace(), ' '.isspace(), 'AB'.isupper(), 'ab'.islower(), 'aB'.isalpha()
l|sort, w|sort, w|sort(case_sensitive=true), l|sort(reverse=true), m|sort(attribute='role')|map(attribute='role')|list
l|first, l|last, []|first is defined, 'abc'|first, l|reverse|list, 'abc'|reverse
l|max, l|min, l|sum, w|unique|list, [1, 1, 2]|unique|list
m|map(attribute='role')|list, w|map('upper')|list, m|map(attribute='tool.name', default='-')|list
m|selectattr('role', 'equalto', 'user')|map(attribute='content')|list, m|rejectattr('role', '==', 'user')|list|length, m|selectattr('tool')|list|length, m|selectattr('tool', 'defined')|list|length
l|select('odd')|list, l|reject('gt', 1)|list, [0, 1, '']|select|list
d|items|list, d.items()|list, d|dictsort, nope|items|list, d|list
nope|default('x'), ''|default('x'), ''|default('x', true), nope|d, none|default('x')
'3'|int, '3.7'|int, 'x'|int, 'x'|int(5), 3.9|int, '2.5'|float, 'x'|float, '0x1f'|int(base=16) is defined
-3|abs, 2.5|round, 3.5|round, 2.567|round(2), 2.1|round(0, 'ceil'), 2.9|round(method='floor')
d|tojson
d|tojson(indent=2)
d|tojson(sort_keys=true, separators=(',', ':'))
[u, 'é<>&\\'', 1.0, 1e20, true, none, [], {}, (1, 2)]|tojson
u|tojson(ensure_ascii=true)
[[], {}, [[1]]]|tojson(indent=1)
d
d.nested, u, s, (1,), (), [()], ['a\\\\b', "it's", 'both \\' and "', '\u00a0\u200b\x00']
n is number, f is number, t is number, n is integer, t is integer, f is float, 's' is string, none is none, t is boolean, t is true, false is false, 1 is true
l is iterable, 's' is iterable, d is mapping, l is mapping, l is sequence, d is sequence, n is iterable, nope is iterable
nope is defined, nope is not defined, nope is undefined, n is defined, none is defined
n is odd, n is even, n is divisibleby 7, n is divisibleby(2), n is eq 7, n is ne(7), n is gt 3, n is in l, 3 is in(l), n is sameas n
'abc' is lower, 'ABC' is upper, 'upper' is filter, 'odd' is test
n == 7 and not t is none, 'a' is string and f
range(3)|list, range(1, 7, 2)|list, range(3, 0, -1)|list, range(0)|list
dict(a=1, b='x'), dict({'k': 1}, a=2), namespace(a=1).a
nope, '[' ~ nope ~ ']', nope == nope2, not nope
{'a': 1, 1: 2}[1], {'a': 1,}, [1, 2,], {}
'a%b' ~ '%', '#}' ~ '%}'
'x\\ny'|indent, 'x\\n\\ny'|indent(2, true), 'x\\n\\ny'|indent('> ', first=true, blank=true)
'abc'|list, 'a'|string, 5|string + 'x', n|string|length
strftime_now('%d %b %Y'), strftime_now('%Y-%m-%d %H:%M:%S %A %B %a %j %y %p %I %%')
l|length > 2, l|length - 1, (l|length - 1) - 0
m[::-1]|map(attribute='content')|join
's'.nope, l.nope, none.nope
""".strip().split("\n")

STATEMENTS = [
    "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}"
    "{{ loop.revindex0 }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('a', 'b') }}{{ loop.depth }};{% endfor %}",
    "{% for x in [] %}a{% else %}none{% endfor %}{% for x in l %}{% else %}none{% endfor %}",
    "{% for x in l if x > 1 %}{{ loop.index }}{{ x }}{% endfor %}",
    "{% for x in l %}{% for y in l %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k, v in d|items %}{{ k }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}{% for c in 'añ😀' %}{{ c }}.{% endfor %}",
    "{% for x in l %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% endfor %}",
    "{% set x = 1 %}{% for i in l %}{% set x = x + i %}{{ x }},{% endfor %}{{ x }}",
    "{% set ns = namespace(x=1) %}{% for i in l %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.y is defined }}",
    "{% set x = 1 %}{% if t %}{% set x = 2 %}{% endif %}{{ x }}",
    "{% for x in l %}{% if loop.first %}{% set seen = 1 %}{% endif %}{{ seen is defined }}{% endfor %}",
    "{% for i in l %}{% endfor %}{{ i is defined }}{{ loop is defined }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set c = 1, 2 %}{{ c }}",
    "{% set x %}a{{ n }}\n b{% endset %}[{{ x }}]{% set y | upper %}abc{% endset %}{{ y }}",
    "{% set messages = m[1:] %}{{ messages|length }}{% set m = [] %}{{ m|length }}",
    "{% if n == 1 %}a{% elif n == 7 %}b{% else %}c{% endif %}{% if nope %}a{% elif none %}b{% else %}c{% endif %}",
    "{% macro f(a, b=2, c=none) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(b=5, a=6) }}{{ f() }}",
    "{% macro f(x) %}{% if x > 0 %}{{ x }}{{ f(x - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
    "{% set g = 5 %}{% macro f() %}{{ g }}{% endmacro %}{{ f() }}{% set g = 6 %}{{ f() }}",
    "{% macro f() %}[{{ caller() }}]{% endmacro %}{% call f() %}in{{ n }}{% endcall %}",
    "{% macro f() %}{{ caller('x') }}{% endmacro %}{% call(a) f() %}<{{ a }}>{% endcall %}",
    "{% macro f(a) %}\n  {{- a }}\n{% endmacro %}\n{{ f(1) | trim }}|{{ f(1) }}",
    "{% set kw = {'a': 1} %}{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(b=2, **kw) }}{{ f(*[3, 4]) }}{{ f(*[5], **{'b': 6}) }}"
    "{{ d|tojson(**{'indent': 1}) }}{{ f(*'ab') }}",
    "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}",
    "{% filter upper %}abc{{ s }}{% endfilter %}{% filter trim | lower %}  ABC {% endfilter %}",
    "{% generation %}a{% set q = 1 %}{{ q }}{% endgeneration %}{{ q is defined }}",
    "{% set j = joiner('; ') %}{% for x in l %}{{ j() }}{{ x }}{% endfor %}",
    "{% for x in l %}{{ loop.changed(x > 1) }}{% endfor %}",
    "{% for message in m %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}!{% endif %}{{ message.content }}{% endfor %}",
    "{% if t and not (n == 1 or f > 3) %}ok{% endif %}{% if 'a' in 'abc' and 'z' not in 'abc' %}ok{% endif %}",
    "{% set x = 'a' if t else 'b' %}{{ x }}{% set y = x ~ 'z' if false else 'w' %}{{ y }}",
    "{{ raise_exception('stop ' ~ n) }}",
    "{{ nope.x }}",
    "{{ nope + 1 }}",
    "{{ nope() }}",
    "{{ 'a' + 1 }}",
    "{{ 1 / 0 }}",
    "{{ l.append(4) }}",
    "{{ d.update({}) }}",
    "{{ n[0] }}",
    "{{ nope[0] }}",
    "{{ 5|length }}",
    "{{ ''|tojson }}{{ nope|tojson }}",
    "{{ l|nosuchfilter }}",
    "{{ l is nosuchtest }}",
    "{% nosuchtag %}",
    "{% if t %}",
    "{{ (1 }}",
    "{{ 1 2 }}",
    "{{ 'abc }}",
    "{% endif %}",
    "{% set d.x = 1 %}",
    "{{ [1] < 'a' }}",
    "{{ 1 in 5 }}",
    "{{ range(1000000)|list|length }}",
    "{{ ''.__class__ }}{{ ''.__class__.__mro__ }}",
    "{% set a, b = [1] %}",
    "{% break %}",
    "{{ {[]: 1} }}",
]

SNIPPETS = WHITESPACE + [f"{{{{ [{e}] }}}}" for e in EXPRESSIONS] + STATEMENTS
