// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// What only this file needs of libcurl's numbers; see CCurlNumbers.c.
#define OPTION_WRITEDATA 10001
#define OPTION_ERRORBUFFER 10010
#define OPTION_WRITEFUNCTION 20011
#define OPTION_POSTFIELDS 10015
#define OPTION_HTTPHEADER 10023
#define OPTION_HEADERDATA 10029
#define OPTION_POST 47
#define OPTION_HEADERFUNCTION 20079
#define OPTION_PRIVATE 10103
#define OPTION_POSTFIELDSIZE_LARGE 30120
#define MULTI_OPTION_MAXCONNECTS 6
#define INFO_PRIVATE 0x100015
#define MESSAGE_DONE 1
#define GLOBAL_DEFAULT 3
#define ERROR_SIZE 256

// struct CURLMsg
struct message {
    int kind;
    void *easy;
    union { void *any; int code; } data;
};

struct ccurl_library {
    void *object;
    ccurl_library *next;
    int (*global_init)(long);
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_getinfo)(void *, int, ...);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
    void *(*multi_init)(void);
    int (*multi_cleanup)(void *);
    int (*multi_setopt)(void *, int, ...);
    int (*multi_add_handle)(void *, void *);
    int (*multi_remove_handle)(void *, void *);
    int (*multi_perform)(void *, int *);
    int (*multi_poll)(void *, void *, unsigned, int, int *);
    int (*multi_wakeup)(void *);
    struct message *(*multi_info_read)(void *, int *);
};

// struct curl_slist
struct line {
    char *text;
    struct line *next;
};

struct buffer {
    uint8_t *bytes;
    size_t count, capacity, most;
};

struct ccurl_multi {
    const ccurl_library *library;
    void *handle;
};

struct ccurl_transfer {
    const ccurl_library *library;
    uint64_t identifier;
    void *handle;
    struct line *lines;
    struct buffer request, header, body;
    size_t header_received;
    int overflow;
    char words[ERROR_SIZE];
};

static atomic_long transfer_count;

// ---- Loading

struct symbol {
    const char *name;
    size_t offset;
};

#define SYMBOL(function) {"curl_" #function, offsetof(struct ccurl_library, function)}

static const struct symbol symbols[] = {
    SYMBOL(global_init), SYMBOL(easy_init), SYMBOL(easy_cleanup), SYMBOL(easy_setopt), SYMBOL(easy_getinfo),
    SYMBOL(slist_append), SYMBOL(slist_free_all), SYMBOL(multi_init), SYMBOL(multi_cleanup), SYMBOL(multi_setopt),
    SYMBOL(multi_add_handle), SYMBOL(multi_remove_handle), SYMBOL(multi_perform), SYMBOL(multi_poll),
    SYMBOL(multi_wakeup), SYMBOL(multi_info_read),
};

static int resolve(void *object, ccurl_library *library) {
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *address = dlsym(object, symbols[i].name);
        if (!address) return -1;
        memcpy((char *)library + symbols[i].offset, &address, sizeof address);
    }
    return 0;
}

// The functions of an object that was just opened; NULL: it is no libcurl, or too old.
static ccurl_library *load(void *object) {
    ccurl_library *library = calloc(1, sizeof *library);
    if (!library) return NULL;
    library->object = object;
    if (resolve(object, library) == 0 && library->global_init(GLOBAL_DEFAULT) == 0) return library;
    free(library);
    return NULL;
}

const ccurl_library *ccurl_library_open(const char *name) {
    // Guards the list; and curl_global_init(3), which before 7.84 must not run twice at once.
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static ccurl_library *loaded;

    pthread_mutex_lock(&mutex);
    // libcurl would write the secrets of every connection to the file that it names, as soon as it is initialised.
    unsetenv("SSLKEYLOGFILE");
    void *object = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        pthread_mutex_unlock(&mutex);
        return NULL;
    }
    ccurl_library *library = loaded;
    while (library && library->object != object) library = library->next;
    if (library) {
        dlclose(object);  // Its count only.
    } else if ((library = load(object))) {
        library->next = loaded;
        loaded = library;
    } else {
        dlclose(object);
    }
    pthread_mutex_unlock(&mutex);
    return library;
}

void ccurl_trim_heap(void) { malloc_trim(0); }

// ---- Buffers

static int reserve(struct buffer *buffer, size_t more) {
    if (more <= buffer->capacity - buffer->count) return 0;
    size_t capacity = buffer->capacity ? buffer->capacity : 1024;
    while (capacity - buffer->count < more) capacity *= 2;
    uint8_t *bytes = malloc(capacity);
    if (!bytes) return -1;
    // Not realloc(3), which leaves a copy of what may be a token where the old bytes were.
    if (buffer->count) memcpy(bytes, buffer->bytes, buffer->count);
    if (buffer->bytes) explicit_bzero(buffer->bytes, buffer->capacity);
    free(buffer->bytes);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return 0;
}

static int append(struct buffer *buffer, const void *bytes, size_t count) {
    if (count > buffer->most - buffer->count || reserve(buffer, count) < 0) return -1;
    if (count) memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return 0;
}

static void erase(struct buffer *buffer) {
    if (buffer->bytes) explicit_bzero(buffer->bytes, buffer->capacity);
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

// ---- What libcurl calls. A return value other than the count ends the transfer with CURLE_WRITE_ERROR.

static size_t receive_header(char *bytes, size_t size, size_t count, void *context) {
    ccurl_transfer *transfer = context;
    size_t length = size * count;
    transfer->header_received += length;
    if (transfer->header_received > transfer->header.most) {
        transfer->overflow = CCURL_OVERFLOW_HEADER;
        return 0;
    }
    // Every answer has a header, the interim ones (RFC 9110 §15.2) too: the last one counts.
    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) transfer->header.count = 0;
    return append(&transfer->header, bytes, length) < 0 ? 0 : length;
}

static size_t receive_body(char *bytes, size_t size, size_t count, void *context) {
    ccurl_transfer *transfer = context;
    size_t length = size * count;
    if (append(&transfer->body, bytes, length) == 0) return length;
    transfer->overflow = CCURL_OVERFLOW_BODY;
    return 0;
}

// ---- Transfers

ccurl_transfer *ccurl_transfer_new(
    const ccurl_library *library, uint64_t identifier, size_t most_header_bytes, size_t most_body_bytes
) {
    ccurl_transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) return NULL;
    atomic_fetch_add(&transfer_count, 1);
    transfer->library = library;
    transfer->identifier = identifier;
    transfer->header.most = most_header_bytes;
    transfer->body.most = most_body_bytes;
    transfer->handle = library->easy_init();
    int failed = !transfer->handle
        || library->easy_setopt(transfer->handle, OPTION_PRIVATE, transfer)
        || library->easy_setopt(transfer->handle, OPTION_ERRORBUFFER, transfer->words)
        || library->easy_setopt(transfer->handle, OPTION_HEADERFUNCTION, receive_header)
        || library->easy_setopt(transfer->handle, OPTION_HEADERDATA, transfer)
        || library->easy_setopt(transfer->handle, OPTION_WRITEFUNCTION, receive_body)
        || library->easy_setopt(transfer->handle, OPTION_WRITEDATA, transfer);
    if (!failed) return transfer;
    ccurl_transfer_free(transfer);
    return NULL;
}

void ccurl_transfer_free(ccurl_transfer *transfer) {
    if (transfer->handle) transfer->library->easy_cleanup(transfer->handle);
    for (struct line *line = transfer->lines; line; line = line->next) explicit_bzero(line->text, strlen(line->text));
    transfer->library->slist_free_all(transfer->lines);
    erase(&transfer->request);
    erase(&transfer->header);
    erase(&transfer->body);
    explicit_bzero(transfer, sizeof *transfer);
    free(transfer);
    atomic_fetch_sub(&transfer_count, 1);
}

long ccurl_transfer_count(void) { return atomic_load(&transfer_count); }

int ccurl_transfer_set_long(ccurl_transfer *transfer, int option, long value) {
    return transfer->library->easy_setopt(transfer->handle, option, value);
}

int ccurl_transfer_set_size(ccurl_transfer *transfer, int option, int64_t value) {
    return transfer->library->easy_setopt(transfer->handle, option, value);
}

int ccurl_transfer_set_string(ccurl_transfer *transfer, int option, const char *value) {
    return transfer->library->easy_setopt(transfer->handle, option, value);
}

int ccurl_transfer_add_header(ccurl_transfer *transfer, const char *text) {
    struct line *lines = transfer->library->slist_append(transfer->lines, text);
    if (!lines) return CCURLE_OUT_OF_MEMORY;
    transfer->lines = lines;
    return transfer->library->easy_setopt(transfer->handle, OPTION_HTTPHEADER, lines);
}

int ccurl_transfer_set_body(ccurl_transfer *transfer, const uint8_t *bytes, size_t count) {
    transfer->request.most = count;
    if (append(&transfer->request, bytes, count) < 0) return CCURLE_OUT_OF_MEMORY;
    const ccurl_library *library = transfer->library;
    int code = library->easy_setopt(transfer->handle, OPTION_POST, 1L);
    if (!code) code = library->easy_setopt(transfer->handle, OPTION_POSTFIELDSIZE_LARGE, (int64_t)count);
    // Without bytes libcurl would ask a read function for them.
    const void *body = count ? (const void *)transfer->request.bytes : "";
    if (!code) code = library->easy_setopt(transfer->handle, OPTION_POSTFIELDS, body);
    return code;
}

long ccurl_transfer_long(const ccurl_transfer *transfer, int info) {
    long value = 0;
    return transfer->library->easy_getinfo(transfer->handle, info, &value) ? 0 : value;
}

int64_t ccurl_transfer_time(const ccurl_transfer *transfer, int info) {
    int64_t value = 0;
    return transfer->library->easy_getinfo(transfer->handle, info, &value) ? 0 : value;
}

const char *ccurl_transfer_words(const ccurl_transfer *transfer) { return transfer->words; }

int ccurl_transfer_overflow(const ccurl_transfer *transfer) { return transfer->overflow; }

const uint8_t *ccurl_transfer_header(const ccurl_transfer *transfer, size_t *count) {
    *count = transfer->header.count;
    return transfer->header.bytes;
}

const uint8_t *ccurl_transfer_body(const ccurl_transfer *transfer, size_t *count) {
    *count = transfer->body.count;
    return transfer->body.bytes;
}

// ---- Many at once

ccurl_multi *ccurl_multi_new(const ccurl_library *library, long cached_connections) {
    ccurl_multi *multi = calloc(1, sizeof *multi);
    if (!multi) return NULL;
    multi->library = library;
    multi->handle = library->multi_init();
    if (!multi->handle || library->multi_setopt(multi->handle, MULTI_OPTION_MAXCONNECTS, cached_connections)) {
        ccurl_multi_free(multi);
        return NULL;
    }
    return multi;
}

void ccurl_multi_free(ccurl_multi *multi) {
    if (multi->handle) multi->library->multi_cleanup(multi->handle);
    free(multi);
}

int ccurl_multi_add(ccurl_multi *multi, ccurl_transfer *transfer) {
    return multi->library->multi_add_handle(multi->handle, transfer->handle) ? -1 : 0;
}

int ccurl_multi_remove(ccurl_multi *multi, ccurl_transfer *transfer) {
    return multi->library->multi_remove_handle(multi->handle, transfer->handle) ? -1 : 0;
}

int ccurl_multi_perform(ccurl_multi *multi) {
    int running = 0;
    return multi->library->multi_perform(multi->handle, &running) ? -1 : 0;
}

int ccurl_multi_poll(ccurl_multi *multi, int timeout_milliseconds) {
    return multi->library->multi_poll(multi->handle, NULL, 0, timeout_milliseconds, NULL) ? -1 : 0;
}

void ccurl_multi_wake(ccurl_multi *multi) { multi->library->multi_wakeup(multi->handle); }

int ccurl_multi_next_done(ccurl_multi *multi, uint64_t *identifier, int *code) {
    const ccurl_library *library = multi->library;
    struct message *message;
    int left = 0;
    while ((message = library->multi_info_read(multi->handle, &left))) {
        if (message->kind != MESSAGE_DONE) continue;
        // The message is gone once its handle is removed.
        void *easy = message->easy;
        *code = message->data.code;
        ccurl_transfer *transfer = NULL;
        library->easy_getinfo(easy, INFO_PRIVATE, &transfer);
        library->multi_remove_handle(multi->handle, easy);
        if (!transfer) continue;
        *identifier = transfer->identifier;
        return 1;
    }
    return 0;
}
