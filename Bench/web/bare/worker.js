// SPDX-License-Identifier: Apache-2.0
//
// Hands each message on between a page and a host of its own, and looks at none.
"use strict";
chrome.runtime.onConnect.addListener(page => {
    const host = chrome.runtime.connectNative("sessiond_bare");
    host.onMessage.addListener(message => page.postMessage(message));
    page.onMessage.addListener(message => host.postMessage(message));
});
