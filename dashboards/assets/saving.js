// What is shown, as a file: a picture, a page that stands alone, a print. Made in the browser from what the
// server has answered to this viewer, so that nothing is in it that the page does not show; nothing is fetched.
(function () {
  var PAPER_PIXELS = 1020, LEAST_ZOOM = 0.55; // The width of A4 across, without margins.
  var LEAST_WIDTH = 1240; // What the widest figure needs.
  var ROW_PIXELS = 38;
  var MOST_PIXELS = 16000; // Of a side of a picture: what browsers draw.
  var LEFT_OUT = "button, input, .filters, .search, .export, .acts, .nobody";

  function element(name, look, content) {
    var made = document.createElement(name);
    if (look) { made.className = look; }
    [].concat(content === undefined ? [] : content).forEach(function (part) { made.append(part); });
    return made;
  }

  // Which page, filtered by what, as of when, saved by whom and when.
  function about() {
    var place = document.querySelector(".header .nav-link[aria-current]");
    var filters = Array.prototype.map.call(document.querySelectorAll(".filter:not(.is-hidden)"), function (one) {
      return one.querySelector("label").textContent + ": " + one.querySelector("input:not([type=hidden])").value;
    });
    var now = new Date().toLocaleString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "medium", timeStyle: "short" });
    return element("div", "about", [
      element("strong", "", "vincle" + (place ? " · " + place.textContent : "")),
      element("div", "about-filters", filters.join(" · ")),
      element("div", "", (document.querySelector(".past-day") || document.getElementById("as-of")).textContent),
      element("div", "", document.getElementById("save").dataset.by + ", " + now)
    ]);
  }

  // A grid draws only the rows in sight: here they are all, or `most` of them.
  function tableOf(grid, most) {
    var api = window.dash_ag_grid.getApi(grid.id), columns = api.getAllDisplayedColumns(), count = 0;
    function cell(name, column, content) {
      return element(name, column.getColDef().type === "rightAligned" ? "is-number" : "", content);
    }
    function written(node, column) {
      var value = api.getCellValue({ rowNode: node, colKey: column, useFormatter: true });
      if (column.getColDef().cellRenderer !== "VincleCurve") { return value === null || value === undefined ? "" : String(value); }
      var curve = element("img", "cell-curve");
      curve.src = node.data[column.getColId()];
      curve.alt = "";
      return curve;
    }
    var body = element("tbody");
    api.forEachNodeAfterFilterAndSort(function (node) {
      count += 1;
      if (count <= most) {
        body.append(element("tr", "", columns.map(function (one) { return cell("td", one, written(node, one)); })));
      }
    });
    var head = element("tr", "", columns.map(function (one) { return cell("th", one, one.getColDef().headerName); }));
    var table = element("table", "rows", [element("thead", "", head), body]);
    return count > most ? element("div", "", [table, element("p", "hint", "… " + most + " / " + count)]) : table;
  }

  function rowsInSight(grid) { return Math.max(1, Math.floor(grid.clientHeight / ROW_PIXELS) - 1); }

  function pairs(copy, selector, use) {
    var shown = document.getElementById("page").querySelectorAll(selector);
    return Array.prototype.map.call(copy.querySelectorAll(selector), function (one, at) { return use(shown[at], one); });
  }

  // What was drawn, as a part of the page, so that it has its letters.
  function drawing(address) {
    var source = decodeURIComponent(address.slice(address.indexOf(",") + 1));
    var svg = document.importNode(new DOMParser().parseFromString(source, "image/svg+xml").documentElement, true);
    svg.setAttribute("class", "drawn");
    svg.setAttribute("viewBox", "0 0 " + parseFloat(svg.getAttribute("width")) + " " + parseFloat(svg.getAttribute("height")));
    svg.setAttribute("aria-hidden", "true");
    return svg;
  }

  // The page without what only works here; `mostOf` a grid says how many of its rows.
  function still(mostOf) {
    var copy = document.getElementById("page").cloneNode(true);
    pairs(copy, ".grid", function (grid, one) {
      if (grid.offsetParent !== null) { one.replaceWith(tableOf(grid, mostOf(grid))); } else { one.remove(); }
    });
    var drawn = pairs(copy, ".js-plotly-plot", function (plot, one) {
      if (plot.offsetParent === null) { one.remove(); return null; }
      var size = { width: plot.clientWidth, height: plot.clientHeight };
      return window.Plotly.toImage(plot, { format: "svg", width: size.width, height: size.height }).then(function (address) {
        one.replaceWith(drawing(address));
      });
    });
    return Promise.all(drawn).then(function () {
      copy.querySelectorAll(LEFT_OUT).forEach(function (one) { one.remove(); });
      copy.querySelectorAll("a").forEach(function (one) { one.replaceWith(element("span", one.className, one.textContent)); });
      copy.removeAttribute("tabindex");
      return element("div", "frame report", [about(), copy]);
    });
  }

  function style() {
    var ours = Array.prototype.filter.call(document.styleSheets, function (one) { return /assets\/(inter|vincle)\.css/.test(one.href || ""); });
    return ours.flatMap(function (one) { return Array.from(one.cssRules); }).map(function (rule) { return rule.cssText; }).join("\n");
  }

  function scheme() { return document.documentElement.getAttribute("data-mantine-color-scheme"); }

  function standAlone(body) {
    var page = document.implementation.createHTMLDocument("vincle");
    var charset = page.createElement("meta"), policy = page.createElement("meta"), look = page.createElement("style");
    charset.setAttribute("charset", "utf-8");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'";
    look.textContent = style();
    page.head.prepend(charset, policy, look);
    page.documentElement.lang = document.documentElement.lang;
    page.documentElement.setAttribute("data-mantine-color-scheme", scheme());
    page.body.append(page.adoptNode(body));
    return new Blob(["<!DOCTYPE html>\n" + page.documentElement.outerHTML], { type: "text/html" });
  }

  // How wide the page is laid out: on a wall it is drawn larger than that.
  function layoutWidth() { return document.getElementById("frame").offsetWidth; }

  function heightOf(body, width) {
    body.style.cssText = "position: absolute; left: -99999px; width: " + width + "px";
    document.body.append(body);
    var height = Math.ceil(body.getBoundingClientRect().height);
    body.remove();
    body.style.cssText = "width: " + width + "px";
    return height;
  }

  function picture(body) {
    var width = layoutWidth(), height = heightOf(body, width);
    var space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    var inside = document.createElementNS(space, "foreignObject"), look = element("style");
    [svg, inside].forEach(function (one) { one.setAttribute("width", width); one.setAttribute("height", height); });
    svg.setAttribute("data-mantine-color-scheme", scheme());
    look.textContent = style();
    inside.append(look, body);
    svg.append(inside);
    var image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
    return image.decode().then(function () {
      var scale = Math.min(2, MOST_PIXELS / width, MOST_PIXELS / height), canvas = element("canvas");
      canvas.width = width * scale;
      canvas.height = height * scale;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/png"); });
    });
  }

  function give(blob, ending, day) {
    var page = window.location.pathname.replace(/\//g, "") || "journey-map", link = element("a");
    link.download = ["vincle", page, day].filter(Boolean).join("-") + ending;
    link.href = URL.createObjectURL(blob);
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.saving = {
    save: function (_, __, ___, pulse) {
      var day = pulse && pulse.at ? pulse.at.slice(0, 10) : "";
      var asked = window.dash_clientside.callback_context.triggered_id;
      document.getElementById("save").open = false;
      if (asked === "save-print") { window.print(); }
      if (asked === "save-report") {
        still(function () { return Infinity; }).then(function (body) { give(standAlone(body), ".html", day); });
      }
      if (asked === "save-picture") {
        still(rowsInSight).then(picture).then(function (blob) { give(blob, ".png", day); });
      }
      return window.dash_clientside.no_update;
    }
  };

  // On paper: all rows, what the page is about, and the layout of the screen as wide as the sheet.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("#page .grid").forEach(function (grid) {
      if (!grid.closest(".is-empty")) { grid.before(element("div", "on-paper", tableOf(grid, Infinity))); }
    });
    document.getElementById("page").prepend(element("div", "on-paper", about()));
    document.body.style.zoom = Math.max(LEAST_ZOOM, Math.min(1, PAPER_PIXELS / Math.max(LEAST_WIDTH, layoutWidth())));
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll(".on-paper").forEach(function (one) { one.remove(); });
    document.body.style.zoom = "";
  });
})();
