// Before anything is painted: light or dark, as chosen, else as the system has it.
window.vincleScheme = function () {
  var chosen = null;
  try { chosen = localStorage.getItem("vincle-scheme"); } catch (e) { /* not allowed: as the system has it */ }
  if (chosen) { return chosen; }
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};
document.documentElement.setAttribute("data-mantine-color-scheme", window.vincleScheme());
