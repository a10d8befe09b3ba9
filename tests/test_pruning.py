"""Of a style sheet only the rules stay that a page can use."""

import pytest

from hiptrack.pruning import prune, words_of

WORDS = {"btn", "form-control", "row", "type", "open"}


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        ("body{margin:0}", "body{margin:0}"),
        (".btn{color:red}", ".btn{color:red}"),
        (".btn-close{color:red}", ""),
        (".btn .card{color:red}", ""),
        (".card,.btn:hover,h1{color:red}", ".btn:hover,h1{color:red}"),
        (".btn:is(.card,.row){color:red}", ""),
        ("[type=button]{color:red}", "[type=button]{color:red}"),
        ("[data-bs-theme=dark]{color:red}", ""),
        ("a:not([href]):not(.card){color:red}", "a:not([href]):not(.card){color:red}"),
        (".w-1\\/2{width:50%}", ""),
        ("#open,#shut{color:red}", "#open{color:red}"),
        ("/* .card */.btn{color:red}/*# sourceMappingURL=x.map */", ".btn{color:red}"),
        ("@media print{.btn{a:b}.card{a:b}}", "@media print{.btn{a:b}}"),
        ("@media print{.card{a:b}}", ""),
        ("@media print{@supports (a:b){.row{a:b}}}", "@media print{@supports (a:b){.row{a:b}}}"),
        ('@charset "UTF-8";.btn{a:b}', '@charset "UTF-8";.btn{a:b}'),
        ('.btn{content:"}"}.card{content:"{"}', '.btn{content:"}"}'),
        ('.btn{background:url("data:x;y{}")}', '.btn{background:url("data:x;y{}")}'),
        ("@keyframes spin{to{a:b}}.btn{animation:spin 1s}", None),
        ("@keyframes spin{to{a:b}}.card{animation:spin 1s}.row{a:b}", ".row{a:b}"),
        ("@font-face{font-family:x}", "@font-face{font-family:x}"),
    ],
)
def test_what_stays_of_a_sheet(sheet, left):
    assert prune(sheet, WORDS) == (sheet if left is None else left)


def test_a_word_may_stand_anywhere():
    html = "<a class=\"btn btn-{{ kind }}\" data-x='y'>{% if open %}"
    assert words_of(html) == {"a", "class", "btn", "btn-", "kind", "data-x", "y", "if", "open"}
