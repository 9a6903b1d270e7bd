// Times that run: the clock of the shop, and how long somebody has been waiting. Both by the hub's clock, not this machine's.

const ahead_ms = Number(document.body.dataset.now) - Date.now();

const twoDigits = (n) => String(n).padStart(2, "0");

export function elapsed(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(s / 60);
  if (minutes < 60) return `${minutes}:${twoDigits(s % 60)}`;
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${twoDigits(s % 60)}`;
}

function wall(element, now) {
  const { zone, noon } = element.dataset;
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).formatToParts(now);
  const [hour, minute] = ["hour", "minute"].map((type) => Number(parts.find((part) => part.type === type).value));
  if (!noon) return `${twoDigits(hour)}:${twoDigits(minute)}`;
  return `${hour % 12 || 12}:${twoDigits(minute)}${noon.split("|")[hour < 12 ? 0 : 1]}`;
}

function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  const now_ms = Date.now() + ahead_ms;
  for (const one of document.querySelectorAll("[data-since]")) show(one, elapsed((now_ms - Number(one.dataset.since)) / 1000));
  for (const one of document.querySelectorAll("[data-zone]")) show(one, wall(one, new Date(now_ms)));
}

addEventListener("refreshed", tick);
setInterval(tick, 1000);
tick();
