// All the portal's own script. Every page works without it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (button) window.print();
});
// A second press while the first is on its way would only be refused; don't let it happen.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
});
// A page taken from the browser's memory must be usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
// One open menu at a time, and none after a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});
// The browser words a file field in its own language; say it in the page's.
for (const input of document.querySelectorAll("input[type=file][data-choose]")) {
  const face = document.createElement("span");
  face.className = "filebox";
  face.setAttribute("aria-hidden", "true");
  const [button, name] = [document.createElement("b"), document.createElement("span")];
  face.append(button, name);
  button.textContent = input.dataset.choose;
  const tell = () => { name.textContent = input.files.length ? input.files[0].name : input.dataset.none; };
  input.addEventListener("change", tell);
  tell();
  input.classList.add("faced");
  input.after(face);
}
// What is not chosen is not asked for: a hidden field must not hold a form back.
for (const group of document.querySelectorAll(".pick, .bidding")) {
  const choice = group.querySelector("input[type=checkbox], input[value=sealed]");
  const tell = () => {
    for (const field of group.querySelectorAll(".field input")) field.disabled = !choice.checked;
  };
  group.addEventListener("change", tell);
  tell();
}
