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
      if (tab.pathname === path) { tab.setAttribute("aria-current", "page"); }
      else { tab.removeAttribute("aria-current"); }
    });
    return path;
  },
  // Filters go along to the other pages. A page that has none of its own leaves the links as they were before.
  ways: function (search, path, ids) {
    var navigation = document.getElementById("navigation").dataset;
    if (!navigation.filtered.split(" ").includes(path)) { return ids.map(function () { return window.dash_clientside.no_update; }); }
    var given = new URLSearchParams(search || ""), kept = new URLSearchParams();
    navigation.kept.split(" ").forEach(function (name) {
      if (given.has(name)) { kept.set(name, given.get(name)); }
    });
    var told = kept.toString();
    return ids.map(function (one) { return one.way + (told ? "?" + told : ""); });
  },
  // What was typed and told of one thing is not meant of another.
  forget: function () { return [null, ""]; },
  // What the database could not answer is asked again: at each beat if it was away, seldom if it takes long.
  again: function (beats) {
    var late = document.querySelector(".section.is-late") || (beats % 10 === 0 && document.querySelector(".section.is-slow"));
    return late ? beats : window.dash_clientside.no_update;
  },
  // What the pointer is told of a figure, as a list for those who read it with other senses.
  told: function (figure) {
    function texts(told) {
      return Array.isArray(told) ? told.flatMap(texts) : typeof told === "string" && told ? [told] : [];
    }
    var told = ((figure && figure.data) || []).flatMap(function (part) {
      return [part.hovertext, (part.node || {}).customdata, (part.link || {}).customdata].flatMap(texts);
    });
    return Array.from(new Set(told)).map(function (one) {
      var words = one.replace(/<br>/g, ", ").replace(/<[^>]*>/g, "")
        .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
      return { type: "Li", namespace: "dash_html_components", props: { children: words } };
    });
  },
  // Whoever asks for what people said of a touchpoint is led to it.
  lead: function () {
    document.getElementById("words").scrollIntoView({ block: "start", behavior: "smooth" });
    return window.dash_clientside.no_update;
  },
  menu: function () {
    var button = document.getElementById("menu");
    var pressed = window.dash_clientside.callback_context.triggered_id === "menu";
    var opens = pressed && button.getAttribute("aria-expanded") !== "true";
    return String(opens);
  }
};

// Links inside tables: followed without loading the page again, also with Enter on the cell. A cell without a link
// is clicked by it.
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
window.dashAgGridComponentFunctions.VincleLink = function (props) {
  return window.React.createElement("a", {
    href: props.data[props.colDef.field + "_href"],
    className: "cell-link",
    tabIndex: -1,
    onClick: function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
      event.preventDefault();
      window.history.pushState({}, "", event.currentTarget.getAttribute("href"));
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      window.scrollTo(0, 0);
    }
  }, props.value);
};
window.dashAgGridComponentFunctions.VincleCurve = function (props) {
  return props.value ? window.React.createElement("img", { src: props.value, alt: "", className: "cell-curve" }) : null;
};
window.dashAgGridFunctions = window.dashAgGridFunctions || {};
window.dashAgGridFunctions.vincleFollow = function (params) {
  if (params.event.key === "Enter") {
    var cell = params.event.target;
    (cell.querySelector("a") || cell).click();
  }
};
