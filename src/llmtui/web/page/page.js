"use strict";
// Comes before textual.js: links are followed only after they were shown, what is too long to be pasted is
// told, and an end says why.

(() => {
  const open = window.open.bind(window);
  const followed = ["http:", "https:", "mailto:"];

  function follow(address) {
    let url;
    try {
      url = new URL(address);
    } catch {
      return;
    }
    // `href` and `host` have foreign letters as xn--…: what looks like another name does not here.
    if (followed.includes(url.protocol) && window.confirm(`Open this link?\n\n${url.host}\n\n${url.href}`)) {
      open(url.href, "_blank", "noopener,noreferrer");
    }
  }

  // The terminal's links ask for an empty window first, and then send it somewhere.
  window.open = (address) => {
    if (address !== undefined) {
      follow(address);
      return null;
    }
    return { opener: null, location: { set href(there) { follow(there); } } };
  };

  // The server's LONGEST_MESSAGE: a longer one would end the session.
  const longest = 4 * 1024 * 1024;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) {
    if (new Blob([message]).size < longest) {
      send.call(this, message);
    } else {
      window.alert("Nothing was pasted: it is more than 4 MB. Paste it in parts.");
    }
  };

  async function sayWhy() {
    let why = "llmtui serve has ended, or cannot be reached. Every word is kept.";
    try {
      const answer = await fetch("/state");
      why = answer.ok ? await answer.text() : "This page is no longer known: open the address that llmtui serve printed.";
    } catch {
      // Nobody is there to say it.
    }
    document.getElementById("why").textContent = why;
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("again").addEventListener("click", () => window.location.reload());
    let started = false;
    const watch = new MutationObserver(() => {
      if (!started && document.body.classList.contains("-first-byte")) {
        started = true;
        document.querySelector(".xterm-helper-textarea").focus();
      }
      if (document.body.classList.contains("-closed")) {
        watch.disconnect();
        sayWhy();
      }
    });
    watch.observe(document.body, { attributeFilter: ["class"] });
  });
})();
