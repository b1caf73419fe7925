// Requests to this server, and nowhere else.

/** Post a form; resolves to {ok, status, body}. A broken connection is status 0. */
export async function post(url, values, csrf, keepalive = false) {
  const entries = new URLSearchParams(values instanceof URLSearchParams ? values : Object.entries(values));
  entries.set("csrf", csrf);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(url, { method: "POST", body: entries, headers, keepalive, redirect: "error" });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, status: 0, body: { said: "连接中断，没有保存。请检查网络后重试。" } };
  }
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
