"""Checks that transformers reads the word tokenizer that Braid writes, with the same ids.

Run from the repository root: python parity/word_tokenizer.py
Needs transformers. Reads core/src/test/resources/io/braid/text/words/, whose bytes a Java test holds
Braid to.
"""

from transformers import AutoTokenizer

DIRECTORY = "core/src/test/resources/io/braid/text/words"


def main() -> None:
    tokenizer = AutoTokenizer.from_pretrained(DIRECTORY)
    for text in ["(12+1)->0", " ( 12 +\n1 ) -> 0 "]:
        ids = tokenizer(text)["input_ids"]
        assert ids == [8, 5, 6, 4, 9, 10, 3], ids
    assert tokenizer("use 1")["input_ids"] == [11, 4]
    assert tokenizer.decode([1, 11, 4, 2, 0], skip_special_tokens=True) == "use 1"
    assert tokenizer.decode([1, 11, 4, 2, 0]) == "<bos> use 1 <eos> <pad>"
    assert (tokenizer.pad_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id) == (0, 1, 2)
    assert len(tokenizer) == 12
    print("transformers reads", type(tokenizer).__name__, "as Braid does")


if __name__ == "__main__":
    main()
