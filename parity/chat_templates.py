"""Renders the published chat templates, and many small ones, with transformers and its jinja2.

Run from the repository root: python parity/chat_templates.py
Needs transformers and jinja2. Reads templates/src/test/resources/io/braid/templates/published/ and writes
chat_templates.golden.json beside it, which a Java test holds Braid to, byte for byte.
"""

import copy
import datetime
import json
import random
from pathlib import Path

from transformers.utils import chat_template_utils

from template_snippets import MORE

RESOURCES = Path("templates/src/test/resources/io/braid/templates")
NOW = datetime.datetime(2025, 3, 7, 16, 5, 9)
SPECIALS = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>"}

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather at a place, \"now\" & <here> – été",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string", "description": "City\nand country"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "days": {"type": "integer", "default": 1, "minimum": 0.5, "maximum": 1e21},
            },
            "required": ["place"],
            "additionalProperties": False,
            "examples": [],
            "nothing": None,
            "empty": {},
        },
    },
}
CLOCK = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}


def call(name: str, arguments: object, identity: str = "c1") -> dict:
    function = {"name": name, "arguments": arguments}
    return {"id": identity, "type": "function", "function": function}


def user(content: object) -> dict:
    return {"role": "user", "content": content}


def assistant(content: object, **more: object) -> dict:
    return {"role": "assistant", "content": content, **more}


def system(content: object) -> dict:
    return {"role": "system", "content": content}


def tool(content: object) -> dict:
    return {"role": "tool", "content": content}


THOUGHT = "<think>\nLet me see.\n</think>\n\n"
PARIS = {"place": "Paris", "unit": "celsius", "days": 2}

CONVERSATIONS = {
    "one": {"messages": [user("What is 1+1?")]},
    "system": {"messages": [system("  Be brief.\n"), user("Hi")]},
    "turns": {
        "messages": [system("Be brief."), user("Hi"), assistant("Hello!"), user(" Bye \n")]
    },
    "ends_with_assistant": {"messages": [user("Hi"), assistant("Hello!")]},
    "late_system": {"messages": [user("Hi"), system("Now in French."), user("Go on")]},
    "template_in_text": {
        "messages": [user("{{ 7*7 }} {% raise %} {# no #} ${x} <|im_end|> \\n '\"")]
    },
    "unicode": {"messages": [system("數學 🧮"), user("naïve café \u2028 e\u0301 \u00a0")]},
    "blank": {"messages": [user("")]},
    "thought_in_text": {
        "messages": [user("1+1?"), assistant(THOUGHT + "2"), user("2+2?"), assistant(THOUGHT + "4")]
    },
    "thought_apart": {
        "messages": [
            user("1+1?"),
            assistant("2", reasoning_content="Two.\n"),
            user("2+2?"),
            assistant("4", reasoning_content="\nFour."),
        ]
    },
    "thought_by_other_name": {
        "messages": [user("1+1?"), assistant("2", reasoning="Two."), user("?")],
    },
    "thinking_off": {"messages": [user("1+1?")], "extra": {"enable_thinking": False}},
    "thinking_on": {"messages": [user("1+1?")], "extra": {"enable_thinking": True}},
    "tools": {"messages": [user("Weather in Paris?")], "extra": {"tools": [WEATHER, CLOCK]}},
    "tools_and_system": {
        "messages": [system("Be brief."), user("Weather in Paris?")],
        "extra": {"tools": [WEATHER]},
    },
    "tools_in_system": {
        "messages": [system("Be brief."), user("Weather in Paris?")],
        "extra": {"tools": [WEATHER], "tools_in_user_message": False},
    },
    "no_tools": {"messages": [user("Hi")], "extra": {"tools": []}},
    "tool_call": {
        "messages": [
            user("Weather in Paris?"),
            assistant("", tool_calls=[call("get_weather", PARIS)]),
            tool('{"temperature": 21.5}'),
            assistant("21.5 degrees."),
            user("Thanks"),
        ],
        "extra": {"tools": [WEATHER]},
    },
    "tool_call_without_content": {
        "messages": [
            user("Weather in Paris?"),
            assistant(None, tool_calls=[call("get_weather", '{"place": "Paris"}')]),
            tool("sunny"),
        ],
    },
    "tool_call_after_words": {
        "messages": [
            user("Weather?"),
            assistant(THOUGHT + "I look.", tool_calls=[{"name": "clock", "arguments": {}}]),
            tool("12:00"),
        ],
    },
    "two_tool_calls": {
        "messages": [
            user("Weather and time?"),
            assistant(
                None,
                tool_calls=[
                    call("get_weather", '{"place": "Paris"}'),
                    call("clock", "{}", "c2"),
                ],
            ),
            tool("sunny"),
            tool("12:00"),
        ],
    },
    "two_tool_calls_as_objects": {
        "messages": [
            system("Use tools."),
            user("Weather and time?"),
            assistant("", tool_calls=[call("get_weather", PARIS), call("clock", {}, "c2")]),
            tool("sunny"),
            tool("12:00"),
            assistant("Sunny noon."),
        ],
        "extra": {"tools": [WEATHER, CLOCK]},
    },
    "tool_answers_with_object": {
        "messages": [
            user("Weather?"),
            assistant("", tool_calls=[call("get_weather", PARIS)]),
            tool({"temperature": 21.5, "sky": ["clear", "blue"]}),
        ],
    },
    "builtin_tools": {
        "messages": [
            user("Search"),
            assistant("", tool_calls=[call("brave_search", {"query": "x", "n": "1"})]),
            {"role": "ipython", "content": "found"},
        ],
        "extra": {"builtin_tools": ["brave_search", "code_interpreter"]},
    },
    "content_in_parts": {"messages": [user([{"type": "text", "text": "Hi"}])]},
    "dated": {"messages": [user("Hi")], "extra": {"date_string": "01 Jan 2030"}},
    "nothing_said": {"messages": []},
}

DATA = {
    "n": 3,
    "zero": 0,
    "x": 2.5,
    "yes": True,
    "no": False,
    "nil": None,
    "s": "Hello, World",
    "pad": "  \t a b \n",
    "uni": "a🧮é数",
    "empty": "",
    "l": [3, 1, 2],
    "words": ["b", "A", "c", "a"],
    "nested": [[1, [2]], []],
    "d": {"b": 1, "a": {"c": [1, 2]}, "items": 5, "keys-x": "y"},
    "people": [
        {"name": "Ann", "age": 30, "tags": ["x"]},
        {"name": "bob", "age": 20},
        {"name": "Cy", "age": 30, "tags": []},
    ],
    "html": "<a href=\"x\">'&'</a>",
    "ctrl": "\x00\x1b\x7f\u200b\n",
}

SNIPPETS = [
    # White space.
    "a\n  {% if yes %}\n  b\n  {% endif %}\nc\n",
    "a\n  {%+ if yes +%}\n  b\n  {%- endif -%}\n\n c\n\n",
    "a  {%- if yes -%}  b  {%- endif -%}  c",
    "  {# note #}\n  x {# y #} z\n{#- gone -#}\n  end",
    "{#-#}a{#+ b +#}\nc{# d -#}\n e {##}f",
    "{{ n }}\n{{- n -}}\n {{ n }}  \n\n",
    "  {{ n }}  {{+ n }}",
    "x\r\n{% if yes %}\r\ny\r{% endif %}\nz\r\n",
    "{% raw %}{{ x }} {% if %} {# #}{% endraw %}\nb",
    "a {%- raw -%}  {{ x }}  {%- endraw -%}  b",
    "  {% raw %}\n  {{ x }}\n  {% endraw %}\n  b",
    "{% if yes %}a{% endif %}\n\n{% if yes %}b{% endif %}",
    "   {% set a = 1 %}   \n{{ a }}",
    "{% if yes %}\n\n  {% if yes %}x{% endif %}\n{% endif %}",
    "{{ '{{' }}{{ '%}' }}{{ \"#}\" }}",
    "{ { % } # }{",
    "\t{% for i in l %}\t\n{{ i }}\n\t{%- endfor %}",
    "no tags\n\n",
    "",
    "\n",
    # Constants and operators.
    "{{ 1 + 2 * 3 - 4 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }}",
    "{{ 7 / 2 }} {{ 6 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ +n }}",
    "{{ 1.5 + 1 }} {{ 1e3 }} {{ 1.0e-5 }} {{ 1e16 }} {{ 123456789.125 }} {{ 0.1 + 0.2 }} {{ 1e15 }}",
    "{{ 7.5 // 2 }} {{ -7.5 // 2 }} {{ 7.5 % 2 }} {{ -7.5 % 2 }} {{ 2.0 ** 0.5 }} {{ 1.5 // -0.5 }}",
    "{{ true + true }} {{ True }} {{ none }} {{ None }} {{ false }} {{ not yes }} {{ 5 - no }}",
    "{{ 'a' + 'b' ~ 1 ~ none ~ 2.0 }} {{ 'ab' * 3 }} {{ 2 * 'x' }} {{ [1] * 2 + [3] }}",
    "{{ 'a' 'b' \"c\" }} {{ 'it\\'s' }} {{ \"q\\\"\" }} {{ 'tab\\tnl\\nu\\u00e9x\\x41o\\101z\\d\\\\' }}",
    "{{ 1 == 1.0 }} {{ 1 == true }} {{ '1' == 1 }} {{ [1] == [1.0] }} {{ (1,) == [1] }} {{ nil == none }}",
    "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ 'Z' < 'a' }} {{ [1, 2] < [1, 3] }} {{ 1 != 2 }}",
    "{{ 1 in l }} {{ 9 not in l }} {{ 'ell' in s }} {{ '' in s }} {{ 'b' in d }} {{ 'z' in d }} {{ not 1 in l }}",
    "{{ zero or 'x' }} {{ n and 'y' }} {{ empty or nil }} {{ yes and no or n }} {{ not zero and n }}",
    "{{ 'a' if yes else 'b' }} {{ 'a' if no }}| {{ 'a' if no else 'b' if no else 'c' }}",
    "{{ 1, 2 }} {{ () }} {{ (1,) }} {{ [] }} {{ {} }} {{ {'a': 1, 2: 'b'} }} {{ [1, 'a', none, 1.5, true] }}",
    "{{ n if n > 2 else 0 }} {{ 'x' ~ n + 1 }} {{ -n }} {{ - n + 5 }} {{ -x }}",
    "{{ 10 // 3 * 3 + 10 % 3 }} {{ 2 * -3 }} {{ 'a' ~ 'b' | upper }} {{ -1 | abs }} {{ (-1) | abs }}",
    # Undefined things.
    "[{{ missing }}] [{{ d.missing }}] [{{ l[9] }}] [{{ s.nope }}] [{{ n.real2 }}]",
    "{{ missing is defined }} {{ missing is undefined }} {{ d.x is defined }} {{ not missing }}",
    "{% for a in missing %}x{% else %}none{% endfor %} {{ missing | length }} {{ missing | list }}",
    "{{ missing == missing2 }} {{ missing == none }} {{ missing | default('d') }} {{ missing ~ 'x' }}",
    "{{ missing.x }}",
    "{{ missing['x'] }}",
    "{{ missing + 'a' }}",
    "{{ 'a' + missing }}",
    "{{ missing() }}",
    "{{ missing < 1 }}",
    "{{ -missing }}",
    "{{ missing | tojson }}",
    "{{ 'x' in missing }}",
    "{{ missing | join(',') }}|{{ missing | upper }}|{{ missing | trim }}",
    # Looking up.
    "{{ d.b }} {{ d['b'] }} {{ d.a.c[0] }} {{ d['a']['c'][-1] }} {{ d['items'] }} {{ d['keys-x'] }}",
    "{{ l[0] }} {{ l[-1] }} {{ l.0 }} {{ nested[0][1][0] }} {{ s[0] }} {{ s[-1] }} {{ uni[1] }} {{ uni[-2] }}",
    "{{ l[1:] }} {{ l[:-1] }} {{ l[::-1] }} {{ l[::2] }} {{ l[5:] }} {{ l[-2:] }} {{ l[2:0:-1] }} {{ l[:] }}",
    "{{ s[7:] }} {{ s[::-1] }} {{ s[-5:-1] }} {{ s[1:8:3] }} {{ uni[1:3] }} {{ uni[::-1] }} {{ s[100:] }}|",
    "{{ (1, 2, 3)[1:] }} {{ l[none:2] }} {{ 'abc'[10:0:-2] }} {{ l[::9223372036854775807] }}",
    "{{ d.items is callable }} {{ d.get('b') }} {{ d.get('q') }} {{ d.get('q', 7) }} {{ d.keys() | list }}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %} {{ d.values() | list }} {{ d.items() | list }}",
    "{{ d.keys() | length }} {{ d | length }} {{ d | list }} {{ l.index(2) }} {{ l.count(3) }}",
    "{{ yes.x }}|{{ nil.x }}|{{ n['a'] }}|{{ l['a'] }}|{{ l.x }}",
    # Methods of strings.
    "{{ s.upper() }} {{ s.lower() }} {{ 'a b'.title() }} {{ 'hELLO'.capitalize() }} {{ \"they're\".title() }}",
    "[{{ pad.strip() }}] [{{ pad.lstrip() }}] [{{ pad.rstrip() }}] {{ 'xxaxx'.strip('x') }} {{ 'xyaxy'.lstrip('yx') }}",
    "{{ s.split(', ') }} {{ s.split() }} {{ 'a,b,,c'.split(',') }} {{ 'a,b,c'.split(',', 1) }} {{ ''.split(',') }} {{ ''.split() }}",
    "{{ '  a  b c '.split(none, 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ ' a  b  c '.rsplit(none, 1) }} {{ 'a,b'.split(maxsplit=1, sep=',') }}",
    "{{ 'a\\nb\\r\\nc\\x0bd\\n'.splitlines() }} {{ 'k=v=w'.partition('=') }} {{ 'k=v=w'.rpartition('=') }} {{ 'kv'.partition('=') }} {{ 'kv'.rpartition('=') }}",
    "{{ s.startswith('He') }} {{ s.endswith(('x', 'ld')) }} {{ s.startswith('') }} {{ s.find('o') }} {{ s.rfind('o') }} {{ s.find('zz') }} {{ uni.find('é') }}",
    "{{ s.replace('l', 'L') }} {{ s.replace('l', 'L', 1) }} {{ 'ab'.replace('', '-') }} {{ uni.replace('🧮', '+') }} {{ 'aaa'.replace('aa', 'b') }}",
    "{{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.txt'.removesuffix('.txt') }} {{ 'abcabc'.count('bc') }} {{ ', '.join(words) }}",
    "{{ '12'.isdigit() }} {{ ''.isdigit() }} {{ 'ab'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' \\t'.isspace() }} {{ 'ab'.islower() }} {{ 'A数'.isupper() }}",
    "{{ 'straße'.upper() }} {{ 'ßx'.capitalize() }} {{ 'ǆ'.title() }} {{ 'İ'.lower() }} {{ 'ΑΣ'.lower() }}",
    "{{ s.rindex('o') }} {{ s.index('W') }}",
    "{{ s.index('zz') }}",
    "{{ s.nope() }}",
    "{{ s.split('') }}",
    "{{ l.append(4) }}",
    "{{ d.update({'x': 1}) }}",
    "{{ d.pop('b') }}",
    "{{ s.__class__ }}|{{ s.__class__.__mro__ }}",
    # Filters.
    "{{ pad | trim }}|{{ 'xax' | trim('x') }}|{{ n | trim }}|{{ '\\u00a0a\\u200b ' | trim }}|",
    "{{ s | upper }} {{ s | lower }} {{ 'a-b c(d' | title }} {{ 'aBC dEF' | title }} {{ 'aBC' | capitalize }} {{ n | upper }}",
    "{{ s | length }} {{ l | count }} {{ uni | length }} {{ d | length }}",
    "{{ s | replace('l', 'L') }} {{ s | replace('l', 'L', 2) }} {{ 12 | replace(1, 3) }} {{ 'aaa' | replace('a', 'b', 0) }}",
    "{{ missing | default }}|{{ missing | d(1) }}|{{ empty | default('e') }}|{{ empty | default('e', true) }}|{{ nil | default('n', boolean=true) }}",
    "{{ l | join }} {{ l | join(', ') }} {{ people | join(', ', attribute='name') }} {{ 'abc' | join('-') }} {{ [1, none, 'a', 2.0] | join(',') }}",
    "{{ s | list }} {{ d | list }} {{ (1, 2) | list }} {{ range(3) | list }}",
    "{{ l | first }} {{ l | last }} {{ s | first }} {{ [] | first }}| {{ '' | last }}| {{ d | first }}",
    "{{ '3' | int }} {{ 'x' | int }} {{ 'x' | int(7) }} {{ '3.9' | int }} {{ 3.9 | int }} {{ ' 4 ' | int }} {{ none | int }} {{ true | int }} {{ -2.5 | int }}",
    "{{ '3' | float }} {{ 'x' | float }} {{ '1e3' | float }} {{ 2 | float }} {{ 'x' | float(1.5) }} {{ n | string + '!' }}",
    "{{ l | sort }} {{ words | sort }} {{ words | sort(case_sensitive=true) }} {{ l | sort(reverse=true) }} {{ people | sort(attribute='age') | map(attribute='name') | list }}",
    "{{ people | sort(attribute='age', reverse=true) | map(attribute='name') | list }} {{ people | map(attribute='name') | sort | list }}",
    "{{ l | reverse | list }} {{ s | reverse }} {{ l | sum }} {{ people | sum(attribute='age') }} {{ l | sum(start=10) }} {{ l | min }} {{ l | max }} {{ words | min }} {{ [] | max }}|",
    "{{ people | max(attribute='age') }} {{ people | min(attribute='age') }}",
    "{{ words | unique | list }} {{ [1, 2, 1] | unique | list }} {{ words | unique(case_sensitive=true) | list }}",
    "{{ people | selectattr('age', 'equalto', 30) | map(attribute='name') | join(' ') }} {{ people | rejectattr('tags') | list | length }}",
    "{{ people | selectattr('tags', 'defined') | list | length }} {{ people | selectattr('age', '>', 20) | list | length }} {{ people | map(attribute='tags.0', default='-') | list }}",
    "{{ l | select('odd') | list }} {{ l | reject('gt', 1) | list }} {{ [0, 1, ''] | select | list }} {{ words | map('upper') | list }} {{ ['a', 1] | map('string') | list }}",
    "{{ words | map('replace', 'a', 'z') | join }} {{ people | selectattr('name', 'in', ['Ann']) | list | length }} {{ l | select('in', [1, 2]) | list }}",
    "{% set g = people | selectattr('age', 'equalto', 99) %}{{ 'true' if g else 'false' }} {{ g | list }} {{ g | list }}",
    "{% set g = l | map('string') %}{{ g | first }} {{ g | list }}",
    "{{ d | items | list }} {{ {'b': 1, 'A': 2, 'a': 0} | dictsort }} {{ {'b': 1, 'a': 2} | dictsort(by='value', reverse=true) }} {{ missing | items | list }}",
    "{{ 'a\\nb\\n\\nc' | indent }}|{{ 'a\\nb' | indent(2, first=true) }}|{{ 'a\\n\\nb' | indent('> ', blank=true) }}|{{ 'a\\n' | indent }}|{{ '' | indent(2, true) }}|",
    "{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.675 | round(2) }} {{ 3 | round }} {{ 1.25 | round(1) }} {{ -1 | abs }} {{ 1.5 | abs }} {{ -2.5 | abs }}",
    "{{ l | last | string ~ 'x' }} {{ s | lower | title | length }} {{ (s | upper)[0] }} {{ s | upper == 'X' }}",
    "{{ d.keys() | first }} {{ l | first + 1 }} {{ d | items | first }}",
    # JSON.
    "{{ d | tojson }} {{ l | tojson }} {{ s | tojson }} {{ nil | tojson }} {{ yes | tojson }} {{ x | tojson }} {{ html | tojson }} {{ uni | tojson }} {{ ctrl | tojson }}",
    "{{ d | tojson(indent=2) }}\n{{ nested | tojson(indent=1) }}\n{{ [] | tojson(indent=4) }}\n{{ {} | tojson(indent=4) }}",
    "{{ d | tojson(indent=0) }} {{ d | tojson(indent='\\t') }} {{ uni | tojson(ensure_ascii=true) }} {{ ctrl | tojson(true) }}",
    "{{ d | tojson(separators=(',', ':')) }} {{ d | tojson(sort_keys=true) }} {{ (1, 2) | tojson }} {{ {1: 2} | tojson }} {{ d | tojson(indent=1, separators=(' ,', ' : ')) }}",
    "{{ [1e100, 1e-7, 1.0, 100000.5, 1e22, 0.0001, -0.0] | tojson }} {{ 1e400 | tojson }}",
    "{{ range(3) | tojson }}",
    "{{ l | map('string') | tojson }}",
    # Tests.
    "{{ n is number }} {{ x is float }} {{ n is integer }} {{ yes is integer }} {{ yes is boolean }} {{ s is string }} {{ d is mapping }} {{ l is iterable }} {{ s is iterable }} {{ n is iterable }}",
    "{{ l is sequence }} {{ s is sequence }} {{ d is sequence }} {{ nil is none }} {{ nil is not none }} {{ yes is true }} {{ no is false }} {{ n is true }} {{ l is mapping }} {{ l is string }}",
    "{{ n is odd }} {{ n is even }} {{ n is divisibleby 3 }} {{ n is divisibleby(2) }} {{ n is eq 3 }} {{ n is ne(3) }} {{ n is gt 2 }} {{ n is lt 2 }} {{ n is ge 3 }} {{ n is le 2 }}",
    "{{ 1 is in l }} {{ 1 is in [2] }} {{ 'a' is lower }} {{ 'A1' is upper }} {{ '1' is lower }} {{ nil is sameas none }} {{ missing is callable }} {{ range is callable }}",
    "{{ not s is string }} {{ s is string and n is number }} {{ s is not string or n is defined }} {{ 'x' if s is string else 'y' }} {{ n + 1 is odd }} {{ l | length is odd }}",
    "{{ missing is none }} {{ missing is string }} {{ missing is iterable }} {{ missing is sequence }} {{ missing is mapping }}",
    # Statements.
    "{% if no %}a{% elif n == 3 %}b{% else %}c{% endif %} {% if no %}a{% elif no %}b{% endif %} {% if 1, 2 %}t{% endif %}",
    "{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}",
    "{% for i in l %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }}{{ loop.cycle('o', 'e') }}{{ loop.changed(i) }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}",
    "{% for i in [1, 1, 2, 2, 1] %}{{ loop.changed(i) }} {% endfor %}{% for i in l %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }}{% endfor %}",
    "{% for i in l if i > 1 %}{{ i }}/{{ loop.length }}{{ loop.index }} {% else %}none{% endfor %}{% for i in l if i > 9 %}x{% else %}none{% endfor %}",
    "{% for a, b in [(1, 2), [3, 4]] %}{{ a + b }} {% endfor %}{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for c in 'a🧮' %}[{{ c }}]{% endfor %}{% for k in d %}{{ k }} {% endfor %}{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}",
    "{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 4 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% for i in l %}{% for j in l %}{% if j == 1 %}{% break %}{% endif %}{{ i }}{{ j }}{{ loop.index }} {% endfor %}{{ loop.index }};{% endfor %}",
    "{% set a = 1 %}{% for i in l %}{{ a }}{% set a = a + i %}{{ a }} {% endfor %}{{ a }}",
    "{% set a = 1 %}{% if yes %}{% set a = 2 %}{% set b = 3 %}{% endif %}{{ a }}{{ b }}{% for i in [] %}{% else %}{% set a = 9 %}{% endfor %}{{ a }}",
    "{% for i in l %}{% if loop.first %}{% set seen = i %}{% endif %}[{{ seen }}]{% endfor %}[{{ seen }}]",
    "{% set ns = namespace(a=1, b=[]) %}{% for i in l %}{% set ns.a = ns.a + i %}{% set ns.b = ns.b + [i] %}{% endfor %}{{ ns.a }} {{ ns.b }} {{ ns.c }}|{{ ns['a'] }}",
    "{% set ns = namespace({'x': 1}, y=2) %}{{ ns.x + ns.y }} {% set a, b = 1, 2 %}{{ a }}{{ b }} {% set a, b = b, a %}{{ a }}{{ b }} {% set (c, e) = l[:2] %}{{ c }}{{ e }}",
    "{% set t %} a {{ n }} {% endset %}[{{ t }}]{{ t | length }} {% set u | trim | upper %} b {% endset %}[{{ u }}]",
    "{% set o %}{% set inner = 5 %}{{ inner }}{% endset %}{{ o }}{{ inner }} {% filter upper %}abc {{ s }}{% endfilter %}",
    "{% macro m(a, b=2, c=a) %}{{ a }}-{{ b }}-{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m() }}{{ m(b=5, a=4) }}{{ m(1) | upper }}",
    "{% macro fact(i) %}{{ i if i < 2 else i * (fact(i - 1) | int) }}{% endmacro %}{{ fact(5) }} {% set g = 7 %}{% macro see() %}{{ g }}{% set g = 8 %}{% endmacro %}{{ see() }}{{ g }}",
    "{%- macro show(list, depth=0) %}{% for i in list %}{% if i is iterable %}{{ show(i, depth + 1) }}{% else %}{{ depth }}:{{ i }} {% endif %}{% endfor %}{% endmacro %}{{ show(nested) }}",
    "{% generation %}a {{ n }}{% endgeneration %}\nb {%- generation -%} c {%- endgeneration -%} d",
    "{{ dict(a=1, b='x') }} {{ range(3) | list }} {{ strftime_now('%d %b %Y %H:%M:%S %A %a %B %m %y %j %I %p %%') }}",
    "{% if (l | length > 2) and ('x' not in s) %}ok{% endif %}{% if not (no or nil) %}!{% endif %}",
    "{% set messages = [{'role': 'a'}] %}{{ messages[0].role }}{{ messages[0]['role'] == 'a' }}{{ messages | length - 1 }}",
    "{% set l = l[1:] %}{{ l }}{% for x in l %}{% set l = [] %}{{ l }}{% endfor %}{{ l }}",
    "{{ (people | first).name }} {{ people[0].tags[0] }} {{ people[1].tags is defined }} {{ people | length }}",
    "{{ raise_exception('no: ' ~ n) }}",
    "{{ 1 / 0 }}",
    "{{ 1 + 'a' }}",
    "{{ [1] + (2,) }}",
    "{{ n() }}",
    "{{ 5 | length }}",
    "{% for i in 5 %}{% endfor %}",
    "{% for a, b in [1] %}{% endfor %}",
    "{% for a, b in [[1, 2, 3]] %}{% endfor %}",
    "{% set d.x = 1 %}",
    "{% set ns = namespace() %}{% set ns._x = 1 %}",
    "{{ 1 < 'a' }}",
    "{{ 1 in 2 }}",
    "{{ range(1000000) }}",
    "{{ range(1, 5, 0) }}",
    "{{ l[::0] }}",
    "{{ s | nosuchfilter }}",
    "{{ s is nosuchtest }}",
    "{% nosuchtag %}",
    "{% if yes %}",
    "{% endif %}",
    "{{ n ",
    "{{ n }",
    "{# n ",
    "{% raw %} n",
    "{{ 'n }}",
    "{{ (n }}",
    "{{ n) }}",
    "{{ n ! }}",
    "{{ }}",
    "{{ 1 2 }}",
    "{{ l[ }}",
    "{% for %}{% endfor %}",
    "{% set %}",
    "{% if %}{% endif %}",
    "{% break %}",
    "{% macro m() %}{% endmacro %}{{ m(1) }}",
    "{% macro m() %}{% endmacro %}{{ m(q=1) }}",
    "{% set none = 1 %}",
    "{{ missing | int }}",
    "{{ missing | float }}",
    "{{ n | indent }}",
    "{{ n[1:] }}",
    "{{ 3.0 is odd }} {{ 2.5 is even }} {{ 4 is even }}",
    "{{ s is string is string }}",
    "{{ f(a=1, 2) }}",
]


# Pieces whose every order means something else for white space.
PIECES = [
    "a", "  ", "\n", " \n ", "\t", "\r\n", "\n\n", "x\n   ",
    "{% if yes %}", "{%- if yes %}", "{% if yes -%}", "{%+ if yes %}", "{% if yes +%}",
    "{%- if no -%}", "END", "END", "END", "{{ n }}", "{{- n }}", "{{ n -}}",
    "{# c #}", "{#- c #}", "{# c -#}", "{#+ c +#}", "{%- set z = 1 %}", "{% set z = 2 -%}",
    "{% raw %}{{ r }}{% endraw %}", "{%- raw -%} {% x %} {%- endraw -%}",
    "{%+ raw %} \n {%+ endraw +%}\n",
]  # fmt: skip
ENDS = ["{% endif %}", "{%- endif %}", "{% endif -%}", "{%+ endif +%}", "{% endif +%}"]


def white_space(count: int) -> list[str]:
    draw = random.Random(7)
    templates = []
    for _ in range(count):
        template, unclosed = "", 0
        for _ in range(draw.randint(1, 14)):
            piece = draw.choice(PIECES)
            if piece == "END" and not unclosed:
                continue
            unclosed += (" if " in piece) - (piece == "END")
            template += draw.choice(ENDS) if piece == "END" else piece
        templates.append(template + "{% endif %}" * unclosed)
    return templates


class Frozen(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def render_chat(template: str, conversation: dict, prompt: bool) -> dict:
    if not conversation["messages"]:
        return {"error": "ValueError: apply_chat_template refuses an empty conversation"}
    try:
        rendered, _ = chat_template_utils.render_jinja_template(
            # apply_chat_template drops what is null before it comes here.
            conversations=[
                [{k: v for k, v in m.items() if v is not None} for m in conversation["messages"]]
            ],
            chat_template=template,
            add_generation_prompt=prompt,
            **SPECIALS,
            **conversation.get("extra", {}),
        )
        return {"text": rendered[0]}
    except Exception as e:  # what kind of error is jinja2's own matter
        return {"error": f"{type(e).__name__}: {e}"}


def render_snippet(source: str) -> dict:
    try:
        template = chat_template_utils._compile_jinja_template(source)
        return {"text": template.render(**copy.deepcopy(DATA))}
    except Exception as e:
        return {"error": f"{type(e).__name__}: {e}"}


def main() -> None:
    chat_template_utils.datetime = Frozen
    chats = []
    for path in sorted((RESOURCES / "published").glob("*.jinja")):
        template = path.read_bytes().decode("utf-8")
        for name, conversation in CONVERSATIONS.items():
            for prompt in (False, True):
                case = {"template": path.name, "conversation": name, "prompt": prompt}
                chats.append(case | render_chat(template, conversation, prompt))
    snippets = [{"source": source} | render_snippet(source) for source in SNIPPETS + MORE + white_space(200)]
    golden = {
        "specials": SPECIALS,
        "now": NOW.isoformat(),
        "conversations": CONVERSATIONS,
        "chats": chats,
        "data": DATA,
        "snippets": snippets,
    }
    text = json.dumps(golden, ensure_ascii=True, indent=1)
    (RESOURCES / "chat_templates.golden.json").write_text(text + "\n", encoding="utf-8")
    failed = sum("error" in case for case in chats)
    print(f"{len(chats)} chats, {failed} of them refused; {len(snippets)} snippets")


if __name__ == "__main__":
    main()
