// The second entry: originals beside empty fields, then both entries beside each other. Enter goes on, only Ctrl+Enter hands in.
import { post } from "./http.js";
import { Pages } from "./pages.js";

const main = document.querySelector("main.recheck"), { base, csrf } = main.dataset;
const form = main.querySelector("form"), dialog = document.getElementById("dlg-reveal");
const entering = "enter" in form.dataset;
const pages = new Pages(main, () => {});
let busy = false;

function tell(said) {
  const place = document.getElementById("problem");
  place.textContent = said;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

async function reveal(reason) {
  const answer = await post(`${base}/reveal`, { field: "", reason }, csrf);
  if (!answer.ok) return tell(answer.body.said);
  if (!entering) return location.reload();
  main.querySelector("[data-reveal='']").hidden = true;
  main.querySelector("[data-open-dialog=reveal]").hidden = true;
  return pages.renew();
}

async function handIn(event) {
  event.preventDefault();
  if (busy) return;
  busy = true;
  const answer = await post(`${base}/${entering ? "entry" : "settle"}`, new URLSearchParams(new FormData(form)), csrf);
  busy = false;
  if (!answer.ok) { tell(answer.body.said); return; }
  if (!answer.body.said) { location.assign(answer.body.next); return; }
  tell(answer.body.said);
  const link = document.createElement("a");
  Object.assign(link, { href: answer.body.next, textContent: "看结果", className: "button" });
  document.getElementById("problem").append(" ", link);
  form.querySelector("button.primary").disabled = true;
  link.focus();
}

function goOn(input) {
  const inputs = [...form.querySelectorAll("input, select, textarea")], next = inputs[inputs.indexOf(input) + 1];
  (next ?? form.querySelector("button.primary")).focus();
}

form.addEventListener("submit", handIn);
main.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.reveal === "") reveal(main.dataset.reason);
  else if (button?.dataset.openDialog === "reveal") dialog.showModal();
});
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.close();
  reveal(new FormData(event.target).get("reason"));
});
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
  if (event.ctrlKey) {
    event.preventDefault();
    if (!event.repeat) (dialog.open ? dialog.querySelector("form") : form).requestSubmit();
  } else if (entering && event.target.matches("form[data-enter] input, form[data-enter] select")) {
    event.preventDefault();
    goOn(event.target);
  } else if (event.target.matches(".settle input")) event.preventDefault();
});
if (entering && !matchMedia("(max-width: 720px)").matches) form.querySelector("input, select").focus();
main.dataset.ready = "";
