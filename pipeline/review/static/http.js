// Requests to this server, and nowhere else.

const SIGNED_OUT = 401, FORBIDDEN = 403;
/** The session's token, where somebody logged in anew in another window since the page was made. */
let renewed = null;

/** Post a form; resolves to {ok, status, body}. A broken connection is status 0. */
export async function post(url, values, csrf, keepalive = false) {
  const entries = new URLSearchParams(values instanceof URLSearchParams ? values : Object.entries(values));
  const answer = await send(url, entries, renewed ?? csrf, keepalive);
  if (answer.status !== FORBIDDEN || !answer.body.expired || !(await renew(answer.body.login))) return answer;
  return send(url, entries, renewed, keepalive);
}

async function send(url, entries, csrf, keepalive) {
  entries.set("csrf", csrf);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(url, { method: "POST", body: entries, headers, keepalive, redirect: "error" });
    askForLogin(answer.status === SIGNED_OUT);
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, status: 0, body: { said: "连接中断，没有保存。请检查网络后重试。" } };
  }
}

/** The token of the session that is open now; not of another person's, in whose name nothing of this page is sent. */
async function renew(login) {
  const mine = document.querySelector(".who [data-login]")?.dataset.login;
  if (!login || login !== mine) return false;
  const found = await fetch("/account", { headers: { Accept: "text/html" } }).catch(() => null);
  const page = found?.ok ? new DOMParser().parseFromString(await found.text(), "text/html") : null;
  renewed = page?.querySelector("[name=csrf]")?.value ?? renewed;
  return page !== null;
}

/** A bar that leads to the login page in another window, so that nothing on this one is lost. */
function askForLogin(needed) {
  const shown = document.getElementById("signed-out");
  if (!needed) { shown?.remove(); return; }
  if (shown) return;
  const bar = document.createElement("div"), link = document.createElement("a");
  Object.assign(bar, { id: "signed-out", className: "problem" });
  bar.setAttribute("role", "alert");
  Object.assign(link, { href: "/login", target: "_blank", textContent: "在新窗口重新登录" });
  bar.append("登录已失效，这一页的内容都还在。请", link, "，再回到这里重试。");
  document.querySelector("header.top").after(bar);
}

export async function getJson(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, status: 0, body: { said: "连接中断。" } };
  }
}

/** The page behind an address as a document; null when it cannot be had. */
export async function getPage(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok && found.querySelector("main.case") ? found : null;
  } catch {
    return null;
  }
}
