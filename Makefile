# Everything a person does with this project from a fresh clone. `make demo` and `make test` install what they lack first.
.POSIX:
.SUFFIXES:
.PHONY: help demo test bench prove lint screens picture settings-page lock clean

RUN = .venv/bin
# make demo WITH=--windows     make test WITH="-k board"
WITH =
# make test TOGETHER=0: one test after the other, in one process
TOGETHER = 4
# make prove ONLY=kills
ONLY =

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

demo: ## the whole shop with simulated hardware, in a browser
	@sh make/ready.sh demo
	@exec $(RUN)/kiosk shop $(WITH)

test: ## all tests
	@sh make/ready.sh test
	@exec $(RUN)/python -m pytest --numprocesses=$(TOGETHER) --dist=worksteal $(WITH)

bench: ## the figures, beside their limits
	@sh make/ready.sh bench
	@exec $(RUN)/python -m bench $(WITH)

prove: ## faults done a thousand times and counted, into docs/proof.md; ONLY=kills for one
	@sh make/ready.sh test
	@exec $(RUN)/python -m prove $(ONLY) $(WITH)

lint: ## style, types and the direction of the imports
	@sh make/ready.sh demo
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports

screens: ## build/screens/index.html: every screen, ticket and board in every language and size
	@sh make/ready.sh demo
	@exec $(RUN)/python make/screens.py $(WITH)

picture: ## docs/pictures/shop-floor.png anew, in a real browser
	@sh make/ready.sh test
	@exec $(RUN)/python make/picture.py

settings-page: ## docs/settings.md anew from the program
	@sh make/ready.sh demo
	$(RUN)/python make/settings_page.py >docs/settings.md.new
	mv docs/settings.md.new docs/settings.md

lock: ## requirements.lock, the image's and the bench's anew
	@sh make/ready.sh demo
	test -x build/uv/bin/uv || { $(RUN)/python -m venv build/uv && build/uv/bin/pip --quiet install uv; }
	build/uv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras \
		--custom-compile-command "make lock" --upgrade --output-file requirements.lock pyproject.toml
	build/uv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--extra hub --extra lane --extra pager --extra board --extra build --constraint requirements.lock \
		--output-file image-build/common/requirements.lock pyproject.toml
	build/uv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" \
		--constraint requirements.lock --output-file bench/requirements.lock bench/requirements.in

clean: ## away with everything that was made here
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
