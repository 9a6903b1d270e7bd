// The lines of work: more rows, fewer rows, and the totals as the hub works them out while one types.

const form = document.getElementById("lines");
const rows = form.querySelector("tbody");
const totals = document.getElementById("totals");
const pattern = document.getElementById("row");
let timer = null;
let asked = 0;

async function sum() {
  const mine = ++asked;
  const response = await fetch(form.dataset.totals, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (mine !== asked || !(response.ok || response.status === 400)) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  totals.replaceChildren(...document.importNode(fresh.body, true).childNodes);
}

function renumber() {
  [...rows.rows].forEach((row, index) => {
    for (const part of row.querySelectorAll("[data-numbered]")) {
      part.setAttribute("aria-label", part.dataset.numbered.replace("#", index + 1));
    }
  });
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(sum, 250);
});

form.addEventListener("click", (event) => {
  const key = event.target.closest("[data-take]");
  if (!key) return;
  event.preventDefault();
  key.closest("tr").remove();
  renumber();
  sum();
});

document.getElementById("add").addEventListener("click", (event) => {
  event.preventDefault();
  rows.append(pattern.content.cloneNode(true));
  renumber();
  rows.lastElementChild.querySelector("input").focus();
});
document.getElementById("sum").hidden = true;
renumber();
