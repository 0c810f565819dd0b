// Before anything is painted: light or dark, as chosen, else as the system has it.
window.vincleScheme = function () {
  var chosen = null;
  try { chosen = localStorage.getItem("vincle-scheme"); } catch (e) { /* not allowed: as the system has it */ }
  if (chosen) { return chosen; }
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};
document.documentElement.setAttribute("data-mantine-color-scheme", window.vincleScheme());

// When a session has ended, an open page asks in vain: lead it to the entrance, and back afterwards.
(function () {
  var ask = window.fetch;
  window.fetch = function () {
    return ask.apply(window, arguments).then(function (answer) {
      if (answer.status === 401 && answer.url.indexOf(window.location.origin + "/") === 0) {
        window.location.assign("/sign-in?next=" + encodeURIComponent(window.location.pathname + window.location.search));
        return new Promise(function () {}); // whoever asked waits for the page to go
      }
      return answer;
    });
  };
})();
