// The eight digits stand in the part of the address that no browser sends (#48102973): they are shown, and stay here.

function show() {
  const digits = location.hash.slice(1);
  const place = document.getElementById("digits");
  if (!place || !/^\d{8}$/.test(digits)) return;
  const [first, second] = place.querySelectorAll("span");
  first.textContent = digits.slice(0, 4);
  second.textContent = digits.slice(4);
  place.hidden = false;
  document.getElementById("typed").hidden = true;
  for (const link of document.querySelectorAll("nav a")) link.hash = location.hash;
}

addEventListener("refreshed", show);
addEventListener("hashchange", show);
show();
