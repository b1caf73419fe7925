// The queue: F8 claims the next case.
addEventListener("keydown", (event) => {
  if (event.key !== "F8" || event.isComposing || event.keyCode === 229 || event.repeat) return;
  event.preventDefault();
  document.getElementById("claim-next")?.click();
});
