// What happens in the browser alone: colours, language, where the focus goes.
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.vincle = {
  scheme: function (clicks, shown) {
    var now = shown || window.vincleScheme();
    if (clicks) {
      now = now === "dark" ? "light" : "dark";
      try { localStorage.setItem("vincle-scheme", now); } catch (e) { /* not allowed: for this page only */ }
    }
    document.body.dataset.agThemeMode = now;
    return [now, now];
  },
  language: function (code) {
    if (code && code !== document.documentElement.lang) {
      document.cookie = "vincle_language=" + code + "; path=/; max-age=31536000; samesite=lax";
      window.location.reload();
    }
    return window.dash_clientside.no_update;
  },
  arrived: function (path) {
    document.querySelectorAll(".header .nav-link").forEach(function (tab) {
      if (tab.getAttribute("href") === path) { tab.setAttribute("aria-current", "page"); }
      else { tab.removeAttribute("aria-current"); }
    });
    return path;
  }
};
