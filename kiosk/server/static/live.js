// Keeps a page as the hub has it: at each change of the view it fetches the page again and takes over its live parts.
// Without script the page is the same, only older.

import { morph } from "./morph.js";
import { follow } from "./stream.js";

const JOINED_MS = 120;

let fetching = false;
let again = false;
let held = false;
let waiting = null;

// A key under a finger must not move away.
const hold = () => (held = true);
const release = () => setTimeout(() => ((held = false), take()), 50);
addEventListener("pointerdown", hold);
addEventListener("pointerup", release);
addEventListener("pointercancel", release);
addEventListener("submit", hold);
addEventListener("pageshow", () => (held = false));

async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    if (response.status === 403 || response.redirected) location.reload();
    else waiting = new DOMParser().parseFromString(await response.text(), "text/html");
    take();
  } catch {
    // the stream will say that the link is gone
  } finally {
    fetching = false;
    if (again) {
      again = false;
      soon();
    }
  }
}

function take() {
  if (held || !waiting) return;
  const fresh = waiting;
  waiting = null;
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (other) {
      keepIds(part, other);
      morph(part, other);
    }
  }
  dispatchEvent(new Event("refreshed"));
}

// A key that has not been pressed keeps its command's id: pressed twice around a refresh, it still counts once.
function keepIds(part, other) {
  const known = new Map();
  for (const field of part.querySelectorAll("form[id] > input[name=command]")) known.set(field.form.id, field.value);
  for (const field of other.querySelectorAll("form[id] > input[name=command]")) {
    const value = known.get(field.form.id);
    if (value) field.setAttribute("value", value);
  }
}

let timer = null;
function soon() {
  timer ??= setTimeout(() => {
    timer = null;
    refresh();
  }, JOINED_MS);
}

const stream = document.body.dataset.stream;
if (stream) {
  follow(stream, {
    changed: soon, // also when the id is the same: time alone makes a call insist
    linked: (isThere) => {
      const notice = document.getElementById("offline");
      if (notice && notice.hidden !== isThere) {
        notice.hidden = isThere;
        if (isThere) soon();
      }
    },
    refused: () => location.reload(),
  });
}
