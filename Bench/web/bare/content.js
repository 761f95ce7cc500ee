// SPDX-License-Identifier: Apache-2.0
//
// Hands each message on between the page and the extension, and looks at none.
"use strict";
const port = chrome.runtime.connect();
port.onMessage.addListener(message => postMessage({ down: message }, location.origin));
addEventListener("message", ({ data }) => { if (data.up) port.postMessage(data.up); });
