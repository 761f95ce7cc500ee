// SPDX-License-Identifier: Apache-2.0
// The part of libcurl that the HTTPS client needs, found with dlopen(3) at first use and never linked: linking it costs
// start-up time and memory in a daemon that may not need it. libcurl's numbers are part of its ABI and never change;
// they are written here so that a build needs no headers of libcurl (CCurlNumbers.c compares them where they are).
#ifndef SESSIOND_CCURL_H
#define SESSIOND_CCURL_H

#include <stddef.h>
#include <stdint.h>

// The functions of one loaded libcurl. Never unloaded.
typedef struct ccurl_library ccurl_library;
// Transfers that run side by side, and the connections they leave behind. Belongs to one thread, but for its wake.
typedef struct ccurl_multi ccurl_multi;
// One request and what came of it. Belongs to one thread.
typedef struct ccurl_transfer ccurl_transfer;

// Loads the library of that name, dlopen(3); NULL where there is none that can be used.
const ccurl_library *ccurl_library_open(const char *name);

ccurl_multi *ccurl_multi_new(const ccurl_library *library, long cached_connections);
void ccurl_multi_free(ccurl_multi *multi);
// 0, or -1.
int ccurl_multi_add(ccurl_multi *multi, ccurl_transfer *transfer);
int ccurl_multi_remove(ccurl_multi *multi, ccurl_transfer *transfer);
int ccurl_multi_perform(ccurl_multi *multi);
int ccurl_multi_poll(ccurl_multi *multi, int timeout_milliseconds);
// From any thread: makes the running or the next ccurl_multi_poll return.
void ccurl_multi_wake(ccurl_multi *multi);
// Takes out a transfer that has ended: 1 with its identifier and CURLcode, or 0.
int ccurl_multi_next_done(ccurl_multi *multi, uint64_t *identifier, int *code);

// malloc_trim(3): hands what a parsed trust store has left in the heap back to the kernel.
void ccurl_trim_heap(void);

// A transfer whose answer has at most that many bytes.
ccurl_transfer *ccurl_transfer_new(
    const ccurl_library *library, uint64_t identifier, size_t most_header_bytes, size_t most_body_bytes);
// Overwrites what it held of request and answer. It must not be in a multi.
void ccurl_transfer_free(ccurl_transfer *transfer);
// How many there are in this process.
long ccurl_transfer_count(void);

// curl_easy_setopt(3). The CURLcode. Strings are copied; NULL unsets.
int ccurl_transfer_set_long(ccurl_transfer *transfer, int option, long value);
int ccurl_transfer_set_size(ccurl_transfer *transfer, int option, int64_t value);
int ccurl_transfer_set_string(ccurl_transfer *transfer, int option, const char *value);
// `Name: value`. The CURLcode.
int ccurl_transfer_add_header(ccurl_transfer *transfer, const char *line);
// Makes it a POST of a copy of these bytes. The CURLcode.
int ccurl_transfer_set_body(ccurl_transfer *transfer, const uint8_t *bytes, size_t count);

// curl_easy_getinfo(3); 0 where libcurl does not know it.
long ccurl_transfer_long(const ccurl_transfer *transfer, int info);
int64_t ccurl_transfer_time(const ccurl_transfer *transfer, int info);
// libcurl's own words about the failure. May hold text of the peer: never shown.
const char *ccurl_transfer_words(const ccurl_transfer *transfer);
// Which of the caps ended the transfer; 0: none.
int ccurl_transfer_overflow(const ccurl_transfer *transfer);
// The lines of the last header, status line included, and the body. Good until the transfer is freed.
const uint8_t *ccurl_transfer_header(const ccurl_transfer *transfer, size_t *count);
const uint8_t *ccurl_transfer_body(const ccurl_transfer *transfer, size_t *count);

#define CCURL_OVERFLOW_HEADER 1
#define CCURL_OVERFLOW_BODY 2

// CURLoption
#define CCURLOPT_URL 10002
#define CCURLOPT_PROXY 10004
#define CCURLOPT_USERAGENT 10018
#define CCURLOPT_SSLVERSION 32
#define CCURLOPT_CUSTOMREQUEST 10036
#define CCURLOPT_NETRC 51
#define CCURLOPT_FOLLOWLOCATION 52
#define CCURLOPT_SSL_VERIFYPEER 64
#define CCURLOPT_CAINFO 10065
#define CCURLOPT_FRESH_CONNECT 74
#define CCURLOPT_HTTPGET 80
#define CCURLOPT_SSL_VERIFYHOST 81
#define CCURLOPT_HTTP_VERSION 84
#define CCURLOPT_CAPATH 10097
#define CCURLOPT_NOSIGNAL 99
#define CCURLOPT_MAXFILESIZE_LARGE 30117
#define CCURLOPT_TIMEOUT_MS 155
#define CCURLOPT_CONNECTTIMEOUT_MS 156
#define CCURLOPT_HTTP_CONTENT_DECODING 158
#define CCURLOPT_NOPROXY 10177
#define CCURLOPT_PROTOCOLS 181
#define CCURLOPT_REDIR_PROTOCOLS 182
#define CCURLOPT_TCP_KEEPALIVE 213
#define CCURLOPT_TCP_KEEPIDLE 214
#define CCURLOPT_TCP_KEEPINTVL 215
#define CCURLOPT_HEADEROPT 229
#define CCURLOPT_PATH_AS_IS 234
#define CCURLOPT_PROXY_CAINFO 10246
#define CCURLOPT_PROXY_CAPATH 10247
#define CCURLOPT_PROXY_SSL_VERIFYPEER 248
#define CCURLOPT_PROXY_SSL_VERIFYHOST 249
#define CCURLOPT_PROXY_SSLVERSION 250
#define CCURLOPT_SUPPRESS_CONNECT_HEADERS 265
#define CCURLOPT_DISALLOW_USERNAME_IN_URL 278
#define CCURLOPT_HTTP09_ALLOWED 285
// Since 7.87.
#define CCURLOPT_CA_CACHE_TIMEOUT 321
#define CCURLOPT_QUICK_EXIT 322

// Values of options.
#define CCURL_SSLVERSION_TLSv1_2 6
#define CCURL_HTTP_VERSION_1_1 2
#define CCURLPROTO_HTTP 1
#define CCURLPROTO_HTTPS 2
#define CCURLHEADER_SEPARATE 1

// CURLINFO
#define CCURLINFO_RESPONSE_CODE 0x200002
#define CCURLINFO_REQUEST_SIZE 0x20000c
#define CCURLINFO_SSL_VERIFYRESULT 0x20000d
#define CCURLINFO_HTTP_CONNECTCODE 0x200016
#define CCURLINFO_OS_ERRNO 0x200019
#define CCURLINFO_LOCAL_PORT 0x20002a
#define CCURLINFO_PROXY_SSL_VERIFYRESULT 0x20002f
#define CCURLINFO_NAMELOOKUP_TIME_T 0x600033
#define CCURLINFO_CONNECT_TIME_T 0x600034
#define CCURLINFO_PRETRANSFER_TIME_T 0x600035

// CURLcode
#define CCURLE_OK 0
#define CCURLE_UNSUPPORTED_PROTOCOL 1
#define CCURLE_COULDNT_RESOLVE_PROXY 5
#define CCURLE_COULDNT_RESOLVE_HOST 6
#define CCURLE_COULDNT_CONNECT 7
#define CCURLE_WEIRD_SERVER_REPLY 8
#define CCURLE_PARTIAL_FILE 18
#define CCURLE_WRITE_ERROR 23
#define CCURLE_OUT_OF_MEMORY 27
#define CCURLE_OPERATION_TIMEDOUT 28
#define CCURLE_SSL_CONNECT_ERROR 35
#define CCURLE_UNKNOWN_OPTION 48
#define CCURLE_GOT_NOTHING 52
#define CCURLE_SEND_ERROR 55
#define CCURLE_RECV_ERROR 56
#define CCURLE_PEER_FAILED_VERIFICATION 60
#define CCURLE_BAD_CONTENT_ENCODING 61
#define CCURLE_FILESIZE_EXCEEDED 63
#define CCURLE_SSL_CACERT_BADFILE 77
#define CCURLE_PROXY 97
#define CCURLE_TOO_LARGE 100

#endif
