"""Texts as an attacker would write them into a log."""

from __future__ import annotations

from hypothesis import strategies as st

EXAMPLES = (
    "[/x] [red] [link=file:///etc/passwd]",
    "\x1b]0;owned\x07 \x1b[31mred\x1b[0m \x9b2J",
    "``` \n```sh\nrm -rf ~\n```",
    "~~~~~~~~~~\n# heading\n---\n| a | b |\n|---|---|",
    "a | b | `c | d` \\| e",
    "<script>alert(1)</script> <!-- x --> &lt; <img src=x onerror=y>",
    "](javascript:alert(1)) ![x](http://e.example/i.png) [a]: http://e.example",
    "@everyone #123 http://evil.example www.evil.example",
    "1. one\n2) two\n- three\n+ four\n> five\n=====\n    six\n\tseven",
    "\u202egnirts desrever\u2066 \u200b\ufeff",
    "\ud800 lone \udfff surrogates \x00\x7f\x85\u2028",
    "`" * 9 + " ticks " + "`" * 4,
    "$(reboot) `reboot` ; reboot && x > y",
    '%%{init: {}}%% "]; n1 --> n2 end',
    "\\" * 7 + "`" + "\\|" * 3,
    "$x^2$ ~~gone~~ **bold** __init__ *a*_b_",
    "x" * 5000,
    "\u6f22\u5b57" * 300,
)

ANY = st.one_of(
    st.sampled_from(EXAMPLES),
    st.text(max_size=120),
    st.text(alphabet="`~|\\*_[](){}<>#+-.!&$@:/ \n\tab1\x1b\u202e", max_size=60),
    st.lists(st.sampled_from(EXAMPLES), min_size=1, max_size=3).map("".join),
)
