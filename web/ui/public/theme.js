// Sets the colour scheme and the language before the first paint; a file of its own because the CSP allows no inline script.
(function () {
  var root = document.documentElement;
  var stored = {};
  try {
    stored = JSON.parse(localStorage.getItem("headway.preferences") || "{}") || {};
  } catch (_) {}
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  var scheme = stored.theme === "light" || stored.theme === "dark" ? stored.theme : dark ? "dark" : "light";
  root.setAttribute("data-mantine-color-scheme", scheme);
  root.lang = stored.language === "ko" || (!stored.language && /^ko/.test(navigator.language)) ? "ko" : "en";
})();
