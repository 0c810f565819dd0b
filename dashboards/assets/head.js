// Before anything is painted: light or dark, as chosen, else as the system has it.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("vincle-scheme"); } catch (e) { /* not allowed: as the system has it */ }
  var dark = chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
