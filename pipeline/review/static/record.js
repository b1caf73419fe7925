// The record's page: originals beside the values, boxes and values linked both ways.
import { Pages } from "./pages.js";

const main = document.querySelector("main.record");
const pages = new Pages(main, focusValue);

function focusValue(key) {
  const row = main.querySelector(`.field[data-key="${CSS.escape(key)}"]`);
  row?.scrollIntoView({ block: "center" });
  row?.focus();
  pages.follow(key);
}

main.querySelector(".values").addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (key) pages.follow(key);
});
main.querySelector("[data-mail]").addEventListener("toggle", (event) => showMail(event.target), { once: true });
main.dataset.ready = "";

async function showMail(details) {
  const place = details.querySelector("[data-mail-text]");
  const answer = await fetch(details.dataset.mail, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) place.innerHTML = await answer.text();
  else place.append("来信正文不能显示。");
}
