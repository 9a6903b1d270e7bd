// A view's event stream, read by fetch: EventSource hides the beats, and without them a dead link looks like a quiet day.

const SILENCE_MS = 3000;
const AGAIN_MS = 1000;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Follows a stream for ever. Calls `changed()` at each view and `linked(isThere)` when the link comes or goes.
 *  Ends, and calls `refused()`, when the hub says that this reader has nothing to see there (any more). */
export async function follow(address, { changed, linked, refused }) {
  for (;;) {
    const silence = new AbortController();
    try {
      const status = await readOnce(address, silence, changed, linked);
      if (status === 403 || status === 404) return refused();
    } catch {
      // the link is gone; it is tried again below
    }
    linked(false);
    await wait(AGAIN_MS);
  }
}

async function readOnce(address, silence, changed, linked) {
  let alarm = setTimeout(() => silence.abort(), SILENCE_MS);
  const heard = () => {
    clearTimeout(alarm);
    alarm = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    const response = await fetch(address, { headers: { Accept: "text/event-stream" }, cache: "no-store", signal: silence.signal });
    if (!response.ok) return response.status;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return response.status;
      heard();
      linked(true);
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line.startsWith("event: view")) changed();
    }
  } finally {
    clearTimeout(alarm);
  }
}
