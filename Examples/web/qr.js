// SPDX-License-Identifier: Apache-2.0
//
// QR codes (ISO/IEC 18004) of texts, as bytes, with the least redundancy (level L). Nothing else than a sign-in needs, so
// that a page that has a customer's code runs no library that it does not need.
"use strict";

/** The code of a text as an SVG element, with its margin; throws where the text is longer than 2,953 bytes. */
function qrCode(text) {
    const { size, isDark } = qrModules(new TextEncoder().encode(text));
    const rows = [];
    for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) if (isDark(x, y)) rows.push(`M${x + 4},${y + 4}h1v1h-1z`);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${size + 8} ${size + 8}`);
    svg.setAttribute("shape-rendering", "crispEdges");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "QR code");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", rows.join(""));
    svg.append(path);
    return svg;
}

/** Which modules of the smallest code of these bytes are dark. */
function qrModules(bytes) {
    // For each version, from 1 on: check bytes in a block, and blocks.
    const CHECKS = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26,
        28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30];
    const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16,
        17, 18, 19, 19, 20, 21, 22, 24, 25];

    // Multiplication in GF(256) by logarithms, modulo x^8 + x^4 + x^3 + x^2 + 1.
    const power = [1], logarithm = [];
    for (let n = 0; n < 255; n++) {
        logarithm[power[n]] = n;
        power[n + 1] = power[n] << 1 ^ (power[n] > 127 ? 0x11D : 0);
    }
    const times = (a, b) => a && b ? power[(logarithm[a] + logarithm[b]) % 255] : 0;

    const alignments = version => {
        if (version === 1) return [];
        const count = Math.floor(version / 7) + 2, last = 4 * version + 10;
        const step = version === 32 ? 26 : Math.ceil((last - 6) / (2 * count - 2)) * 2;
        return [6, ...Array.from({ length: count - 1 }, (_, n) => last - step * (count - 2 - n))];
    };
    // All modules less those with a purpose of their own.
    const capacity = version => {
        const marks = alignments(version).length;
        const aligned = marks ? 25 * (marks * marks - 3) - 10 * (marks - 2) : 0;
        return (4 * version + 17) ** 2 - 192 - 31 - 2 * (4 * version + 1) - aligned - (version > 6 ? 36 : 0) >> 3;
    };
    const room = version => capacity(version) - CHECKS[version - 1] * BLOCKS[version - 1];
    const lengthBits = version => version < 10 ? 8 : 16;

    let version = 1;
    while (version < 40 && room(version) * 8 < 4 + lengthBits(version) + bytes.length * 8) version++;
    if (room(version) * 8 < 4 + lengthBits(version) + bytes.length * 8) throw new RangeError("the text is too long");
    const size = 4 * version + 17;

    // The mode, the length, the bytes, an end, and filling.
    const bits = [];
    const put = (value, count) => { while (count-- > 0) bits.push(value >> count & 1); };
    put(4, 4);
    put(bytes.length, lengthBits(version));
    bytes.forEach(byte => put(byte, 8));
    put(0, Math.min(4, room(version) * 8 - bits.length));
    put(0, -bits.length & 7);
    for (let filling = 0xEC; bits.length < room(version) * 8; filling ^= 0xEC ^ 0x11) put(filling, 8);
    const data = Array.from({ length: room(version) }, (_, n) => parseInt(bits.slice(8 * n, 8 * n + 8).join(""), 2));

    // Reed-Solomon: the remainder of each block divided by (x - 2^0)(x - 2^1)…
    const checks = CHECKS[version - 1], blocks = BLOCKS[version - 1];
    let divisor = [1];
    for (let n = 0; n < checks; n++)
        divisor = [...divisor, 0].map((value, k) => value ^ times(power[n], divisor[k - 1] ?? 0));
    const remainder = block => block.reduce((rest, byte) => {
        const factor = byte ^ rest[0];
        return [...rest.slice(1), 0].map((value, k) => value ^ times(factor, divisor[k + 1]));
    }, Array(checks).fill(0));
    const short = Math.floor(data.length / blocks), longer = data.length % blocks;
    const parts = Array.from({ length: blocks }, (_, n) => {
        const start = n * short + Math.max(0, n - (blocks - longer));
        return data.slice(start, start + short + (n >= blocks - longer ? 1 : 0));
    });
    const sums = parts.map(remainder);
    const stream = [];
    for (let n = 0; n <= short; n++) parts.forEach(part => n < part.length && stream.push(part[n]));
    for (let n = 0; n < checks; n++) sums.forEach(sum => stream.push(sum[n]));

    // What has a place of its own: null where data goes.
    const grid = Array.from({ length: size }, () => Array(size).fill(null));
    const square = (x, y, radius, isDark) => {
        for (let dy = -radius; dy <= radius; dy++)
            for (let dx = -radius; dx <= radius; dx++)
                if (grid[y + dy]?.[x + dx] !== undefined)
                    grid[y + dy][x + dx] = isDark(Math.max(Math.abs(dx), Math.abs(dy)));
    };
    for (let n = 0; n < size; n++) grid[6][n] = grid[n][6] = n % 2 === 0;
    for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, ring => ring !== 2 && ring !== 4);
    const centres = alignments(version);
    for (const x of centres)
        for (const y of centres)
            if (![[6, 6], [6, size - 7], [size - 7, 6]].some(([a, b]) => a === x && b === y))
                square(x, y, 2, ring => ring !== 1);
    const check = (value, count, generator, length) => {
        let rest = value << count;
        for (let n = length - 1; n >= 0; n--) if (rest >> n + count & 1) rest ^= generator << n;
        return value << count | rest;
    };
    const putFormat = mask => {
        // Level L is 1.
        const format = check(1 << 3 | mask, 10, 0x537, 5) ^ 0x5412;
        for (let n = 0; n < 15; n++) {
            const isDark = (format >> n & 1) === 1;
            grid[n < 6 ? n : n < 8 ? n + 1 : size - 15 + n][8] = isDark;
            grid[8][n < 8 ? size - 1 - n : n === 8 ? 7 : 14 - n] = isDark;
        }
        grid[size - 8][8] = true;
    };
    putFormat(0);
    if (version > 6) {
        const number = check(version, 12, 0x1F25, 6);
        for (let n = 0; n < 18; n++) {
            const [near, far] = [Math.floor(n / 3), size - 11 + n % 3];
            grid[far][near] = grid[near][far] = (number >> n & 1) === 1;
        }
    }

    // Data goes up and down in columns of two, from the right.
    const masks = [
        (x, y) => (x + y) % 2, (x, y) => y % 2, x => x % 3, (x, y) => (x + y) % 3,
        (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2, (x, y) => x * y % 2 + x * y % 3,
        (x, y) => (x * y % 2 + x * y % 3) % 2, (x, y) => ((x + y) % 2 + x * y % 3) % 2,
    ];
    const places = [];
    for (let right = size - 1, up = true; right > 0; right -= right === 8 ? 3 : 2, up = !up)
        for (let n = 0; n < size; n++)
            for (const x of [right, right - 1]) {
                const y = up ? size - 1 - n : n;
                if (grid[y][x] === null) places.push([x, y]);
            }
    const fill = mask => places.forEach(([x, y], n) => {
        const bit = n >> 3 < stream.length ? stream[n >> 3] >> 7 - (n & 7) & 1 : 0;
        grid[y][x] = (bit === 1) !== (masks[mask](x, y) === 0);
    });
    // The mask with the fewest long runs of one colour, which readers mistake most.
    const runs = mask => {
        fill(mask);
        const line = cells => cells.map(cell => cell ? 1 : 0).join("");
        const lines = [...grid.map(line), ...grid.map((_, x) => line(grid.map(row => row[x])))];
        return lines.join(" ").match(/0{5,}|1{5,}/g)?.reduce((sum, run) => sum + run.length - 2, 0) ?? 0;
    };
    const scores = masks.map((_, mask) => runs(mask));
    const mask = scores.indexOf(Math.min(...scores));
    fill(mask);
    putFormat(mask);
    return { size, isDark: (x, y) => grid[y][x] };
}
