// Keeps the fleet as the hub has it: looked at again every three seconds, for silence makes no noise that a stream could tell.
// Without script the page is the same, only older.

import { morph } from "./morph.js";

const EVERY_MS = 3000;
let held = false;

// What is under a finger must not move away, and an open question stays open.
addEventListener("pointerdown", () => (held = true));
addEventListener("pointerup", () => setTimeout(() => (held = false), 400));
addEventListener("pointercancel", () => (held = false));

async function refresh() {
  if (document.hidden || held || document.querySelector("[data-live] details[open]")) return;
  const notice = document.getElementById("offline");
  try {
    const response = await fetch("/fleet", { cache: "no-store" });
    if (response.status === 403 || response.redirected) return location.reload();
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    if (held) return;
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (other) morph(part, other);
    }
    if (notice) notice.hidden = true;
  } catch {
    if (notice) notice.hidden = false;
  }
}

setInterval(refresh, EVERY_MS);
