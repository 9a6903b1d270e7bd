"""What the project promises about faults, each proved by doing it a thousand times: `make prove`, one by `ONLY=kills`.

A proof is a module here: `TITLE` (one line), `NUMBER` (how often in full), `SHORT` (how often in `make test`) and
`prove(number, say) -> Iterator[Count]`; `say(sentence)` tells a person what is going on. A leading _ serves the others.

To add one: write prove/streams.py with these four, and tests/proofs/test_streams.py with

    def test_a_thousand_streams_cost_little():
        "Each stream costs the hub at most 12 kB."
        assert not missed("streams")

A full run replaces the proof's section in docs/proof.md; a run with another `--number` is printed and not kept there.
"""
