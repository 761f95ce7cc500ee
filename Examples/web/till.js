// SPDX-License-Identifier: Apache-2.0
//
// A till's screen: greets the customer, shows the code of a sign-in, asks whether they are still here before they are
// signed out, and forgets them when another one comes.
"use strict";

const find = id => document.getElementById(id);
const show = id => {
    for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== id;
};
const explain = error => { find("problem").textContent = error ? `That did not work: ${error.name}` : ""; };

// The extension may come later than the page, when the device starts, or be replaced under it; and an origin may get its
// right later. Not at once: what is missing still may be missing for long.
function waitForSession() {
    show("absent");
    setTimeout(() => location.reload(), 5_000);
}

async function main() {
    for await (const change of sessiond.changes()) {
        if (change.isOtherCustomer) forgetCustomer();
        if (change.cause === "interrupted") {
            // A script whose extension was replaced stays cut off.
            if (change.error.name === "interrupted" && !change.error.retryable) return waitForSession();
            find("connection").textContent = "No connection";
            // Who they are is for whoever may know it.
            if (change.error.name !== "interrupted") forgetCustomer();
            if (change.status === null) show("absent");
            continue;
        }
        find("connection").textContent = "";
        await render(change.status);
        warn(change.event, change.status);
    }
}

async function render(status) {
    explain(null);
    if (status.signedIn) {
        find("name").textContent = status.login ?? "you";
        showBasket();
        show("customer");
    } else if (status.pendingSignIn?.method === "device") {
        await showCode();
    } else {
        show("welcome");
    }
}

// ---- The customer's own things, which nobody else may see

function forgetCustomer() {
    sessionStorage.clear();
    localStorage.clear();
    closeWarning();
    find("form").reset();
    for (const id of ["name", "basket", "code", "address", "user-code"]) find(id).replaceChildren();
    show("welcome");
}

function showBasket() {
    const basket = JSON.parse(sessionStorage.getItem("basket") ?? "[]");
    find("basket").replaceChildren(...basket.map(what => {
        const item = document.createElement("li");
        item.textContent = what;
        return item;
    }));
}

find("add").onclick = () => {
    const basket = JSON.parse(sessionStorage.getItem("basket") ?? "[]");
    sessionStorage.setItem("basket", JSON.stringify([...basket, "Coffee"]));
    showBasket();
};
find("sign-out").onclick = () => sessiond.signOut().catch(explain);

// ---- Signing in

find("begin").onclick = async () => {
    try {
        await sessiond.beginSignIn({ method: "device" });
    } catch (error) {
        // An authority that has accounts of its own asks for a password.
        if (error.name === "unsupported") find("form").hidden = false;
        else explain(error);
    }
};
find("cancel").onclick = async () => {
    try {
        // Nor does a page end what an app has begun.
        if (await sessiond.cancelSignIn()) return;
        find("problem").textContent = "Another app of this device has begun that sign-in: please end it there.";
    } catch (error) {
        explain(error);
    }
};
find("form").onsubmit = event => {
    event.preventDefault();
    const password = find("password").value;
    find("password").value = "";
    sessiond.signIn({ email: find("email").value }, password).catch(explain);
};

let codeTimer;
async function showCode() {
    let pending = null;
    try {
        pending = await sessiond.pendingSignIn();
    } catch (error) {
        explain(error);
    }
    // Once the customer has agreed, there is nothing left to show.
    if (!pending?.userCode) return;
    find("code").replaceChildren(qrCode(pending.verificationURIComplete ?? pending.verificationURI));
    find("address").textContent = pending.verificationURI.replace(/^https?:\/\//, "");
    find("user-code").textContent = pending.userCode;
    clearInterval(codeTimer);
    codeTimer = countDown(pending.expiresInSeconds, left => { find("code-ends").textContent = left; });
    show("pending");
}

// ---- Nobody here?

let warningTimer;
function warn(event, status) {
    if (event?.kind === "expiringSoon" && event.what === "idleTimeout") openWarning(event.atSeconds);
    else if (event?.kind === "expiringSoonWithdrawn" || !status.signedIn) closeWarning();
}

function openWarning(seconds) {
    closeWarning();
    warningTimer = countDown(seconds, left => { find("seconds").textContent = left; });
    find("warning").showModal();
}

function closeWarning() {
    clearInterval(warningTimer);
    find("warning").close();
}

// Only what the customer does: a timer that said so would keep them signed in for ever.
let lastTouch = -Infinity;
function touch() {
    if (performance.now() - lastTouch < 5_000) return;
    lastTouch = performance.now();
    sessiond.touch().catch(() => {});
}

find("stay").onclick = () => {
    lastTouch = -Infinity;
    touch();
};

/** Shows whole seconds from now on, whatever the wall clock does; the timer. */
function countDown(seconds, show) {
    const end = performance.now() + seconds * 1000;
    const tick = () => show(Math.max(0, Math.round((end - performance.now()) / 1000)));
    tick();
    return setInterval(tick, 250);
}

if (window.sessiond) {
    document.addEventListener("pointerdown", touch);
    document.addEventListener("keydown", touch);
    main();
} else {
    waitForSession();
}
