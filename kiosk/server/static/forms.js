// Keys that were pressed say so, and a form is sent once. Everything here also works without it.

const SAY_AFTER_MS = 400;

addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const saying = document.getElementById("saying");
  if (saying) {
    setTimeout(() => {
      saying.textContent = form.dataset.saying || saying.dataset.saying;
      saying.hidden = false;
    }, SAY_AFTER_MS);
  }
  for (const key of form.querySelectorAll("button")) key.setAttribute("aria-disabled", "true");
});

// Gone back to by the browser's own key: everything can be pressed again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

for (const key of document.querySelectorAll("[data-print]")) key.addEventListener("click", () => print());

// Choosing is enough where script runs; the key beside the list is for where it does not.
for (const list of document.querySelectorAll("select[data-at-once]")) {
  list.addEventListener("change", () => list.form.requestSubmit());
  for (const key of list.form.querySelectorAll("button[data-plain]")) key.hidden = true;
}

// Papers that were just made download by themselves, once.
const papers = document.querySelector("a[data-download]");
if (papers && !sessionStorage.getItem(papers.href)) {
  sessionStorage.setItem(papers.href, "yes");
  papers.click();
}
