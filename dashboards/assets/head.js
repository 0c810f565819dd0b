// Before anything is painted: light or dark, as chosen, else as the system has it.
window.vincleScheme = function () {
  var chosen = null;
  try { chosen = localStorage.getItem("vincle-scheme"); } catch (e) { /* not allowed: as the system has it */ }
  if (chosen) { return chosen; }
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
};
document.documentElement.setAttribute("data-mantine-color-scheme", window.vincleScheme());

// When a session has ended, an open page asks in vain: lead it to the entrance, and back afterwards. What a role
// does not allow is told, until something is pressed again; whoever asked for it gets no answer. A dashboard that is
// away answers as one that cannot, for what waits for an answer must not wait for ever; it is told until it answers.
(function () {
  var ask = window.fetch, isAway = false;
  function tell(what) {
    var told = document.getElementById("refusal");
    if (told) { told.textContent = what ? told.dataset[what] : ""; }
  }
  document.addEventListener("click", function () { tell(isAway ? "away" : ""); }, true);
  window.fetch = function () {
    return ask.apply(window, arguments).catch(function () {
      isAway = true;
      tell("away");
      return new Response(null, { status: 503 });
    }).then(function (answer) {
      var isOurs = answer.url.indexOf(window.location.origin + "/") === 0;
      if (isAway && isOurs) {
        isAway = false;
        tell("");
      }
      if (answer.status === 403 && isOurs) {
        tell("refused");
        return new Response(null, { status: 204 });
      }
      if (answer.status === 401 && isOurs) {
        window.location.assign("/sign-in?next=" + encodeURIComponent(window.location.pathname + window.location.search));
        return new Promise(function () {}); // whoever asked waits for the page to go
      }
      return answer;
    });
  };
})();
