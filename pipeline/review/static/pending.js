// Decisions that can still be taken back: sent after ten seconds, at once when another one follows or the page is left.
import { post } from "./http.js";

const SECONDS = 10;
/** Answers that say nothing of the decision: no connection, no session, no database. */
const UNSENT = new Set([0, 401, 503]);
let current = null, flying = null;

/** Put a decision off. `failed` gets the sentence when it was refused, `done` the answer, `undone` is called when it is taken back. */
export function decideLater(decision) {
  commit();
  const toast = document.createElement("div"), text = document.createElement("span"), button = document.createElement("button");
  toast.className = "toast";
  button.type = "button";
  button.textContent = "撤销";
  toast.append(text, button);
  document.getElementById("pending").append(toast);
  current = { ...decision, toast, left: SECONDS };
  const mine = current, tell = () => { text.textContent = `${mine.name}：${mine.word}，${mine.left} 秒后生效`; };
  tell();
  mine.clock = setInterval(() => { mine.left -= 1; mine.left > 0 ? tell() : current === mine && commit(); }, 1000);
  button.addEventListener("click", () => {
    if (current !== mine) return;
    current = null;
    clearInterval(mine.clock);
    toast.remove();
    mine.undone();
  });
}

/** Send what is put off, now, or wait for what is being sent; false when it was refused. `leaving` outlives the page. */
export function commit(leaving = false) {
  if (!current) return flying?.answer ?? Promise.resolve(true);
  const mine = current;
  current = null;
  const sent = { url: mine.url, answer: send(mine, leaving).finally(() => { if (flying === sent) flying = null; }) };
  flying = sent;
  return sent.answer;
}

/** The same, if it is about the case of that address: what is saved there next builds on it. */
export function commitFor(url) {
  const about = (item) => item?.url.startsWith(`${url}/`);
  return about(current) || about(flying) ? commit() : Promise.resolve(true);
}

/** What could not even be tried stays, with its letter, until somebody tries it again or gives it up. */
function hold(mine, said) {
  mine.toast.querySelector("span").textContent = `${mine.name}：${mine.word}还没有办成。${said}`;
  mine.toast.classList.add("failed");
  const [again, drop] = ["再试", "放弃"].map((text) => Object.assign(document.createElement("button"), { type: "button", textContent: text }));
  mine.toast.append(again, drop);
  again.addEventListener("click", () => send(mine, false));
  drop.addEventListener("click", () => { mine.toast.remove(); mine.undone(); });
}

async function send(mine, leaving) {
  clearInterval(mine.clock);
  for (const button of mine.toast.querySelectorAll("button")) button.remove();
  mine.toast.classList.remove("failed");
  mine.toast.querySelector("span").textContent = `${mine.name}：${mine.word}，正在办理`;
  const answer = await post(mine.url, mine.values, mine.csrf, leaving);
  if (!answer.ok && UNSENT.has(answer.status) && !leaving) { hold(mine, answer.body.said); return false; }
  if (!answer.ok) { mine.toast.remove(); mine.failed(answer.body.said); return false; }
  mine.toast.querySelector("span").textContent = `${mine.name}：${[answer.body.said, answer.body.paper].filter(Boolean).join("；")}`;
  setTimeout(() => mine.toast.remove(), 8000);
  mine.done?.(answer.body);
  return true;
}

/** A link or a form that leaves the page waits until the decision is taken; when it is refused, the page stays. */
async function leaveAfter(event, leave) {
  if (!(current || flying) || event.defaultPrevented) return;
  event.preventDefault();
  if (await commit()) leave();
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (link && !link.target && !event.ctrlKey && !event.metaKey && event.button === 0) leaveAfter(event, () => location.assign(link.href));
});
addEventListener("submit", (event) => leaveAfter(event, () => event.target.submit()));
addEventListener("pagehide", () => commit(true));
