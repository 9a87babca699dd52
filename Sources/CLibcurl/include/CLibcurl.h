// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
//
// libcurl for Swift. Its functions with variable arguments are not visible to Swift, and its options are not typed; here each has a
// function per type of value. Nothing else is hidden: ownership and threads are libcurl's, and are these:
//
//  - clc_global_init must have returned CURLE_OK before anything else is called. It may be called from any thread.
//  - A multi handle, and all easy handles in it, belong to one thread. Only curl_multi_wakeup may be called from another one.
//  - clc_set_string and clc_set_body copy what they are given. clc_set_blob copies too (CURL_BLOB_COPY).
//  - clc_set_list does not copy: the list must live until the option is set again or the handle is cleaned up.
//  - clc_set_error_buffer does not copy: CURL_ERROR_SIZE bytes that live as long as the handle.
//  - The context of clc_set_callbacks is not retained: it must live until the handle has left its multi handle.
//  - clc_private returns what clc_set_pointer(CURLOPT_PRIVATE) stored.

#ifndef CLIBCURL_H
#define CLIBCURL_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#if LIBCURL_VERSION_NUM < 0x075500
#error "libcurl 7.85 or newer is needed (CURLOPT_PROTOCOLS_STR); on Debian 12: apt-get install libcurl4-openssl-dev"
#endif

/// Receives bytes; returns how many it took, or anything else to end the transfer with CURLE_WRITE_ERROR.
typedef size_t (*clc_receive)(char *bytes, size_t size, size_t count, void *context);

/// Called when the connection stands, new or used before, right before the request is written to it; CURL_PREREQFUNC_ABORT ends the
/// transfer with CURLE_ABORTED_BY_CALLBACK.
typedef int (*clc_before_request)(void *context, char *peer, char *local, int peer_port, int local_port);

static inline CURLcode clc_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode clc_set_long(CURL *easy, CURLoption option, long value) { return curl_easy_setopt(easy, option, value); }

/// A nil value takes the option back to none.
static inline CURLcode clc_set_string(CURL *easy, CURLoption option, const char *value) { return curl_easy_setopt(easy, option, value); }

static inline CURLcode clc_set_pointer(CURL *easy, CURLoption option, void *value) { return curl_easy_setopt(easy, option, value); }

static inline CURLcode clc_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/// No bytes take the option back to none.
static inline CURLcode clc_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    if (bytes == NULL || count == 0) return curl_easy_setopt(easy, option, NULL);
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}

/// Sets the request's body, and with it the method POST unless CURLOPT_CUSTOMREQUEST says another.
static inline CURLcode clc_set_body(CURL *easy, const void *bytes, size_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, count == 0 ? "" : (const char *)bytes);
}

static inline CURLcode clc_set_error_buffer(CURL *easy, char *buffer) { return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer); }

/// Who is asked before the request is sent, and where the lines of the head and the bytes of the body of its answer go.
static inline CURLcode clc_set_callbacks(
    CURL *easy, clc_before_request before, clc_receive header, clc_receive body, void *context
) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PRIVATE, context);
    return code;
}

static inline int clc_set_user_timeout(void *milliseconds, curl_socket_t socket, curlsocktype purpose) {
    (void)purpose;
#ifdef TCP_USER_TIMEOUT
    unsigned int value = (unsigned int)(uintptr_t)milliseconds;
    // Refused for sockets that are not TCP; the transfer can do without.
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value);
#else
    (void)milliseconds;
    (void)socket;
#endif
    return CURL_SOCKOPT_OK;
}

/// How long sent bytes may stay unacknowledged before the kernel gives the connection up.
static inline CURLcode clc_set_tcp_user_timeout(CURL *easy, unsigned int milliseconds) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, clc_set_user_timeout);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, (void *)(uintptr_t)milliseconds);
}

static inline void *clc_private(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

/// The value of an information that is a number; -1 when it is not known.
static inline long clc_info_long(CURL *easy, CURLINFO info) {
    long value = -1;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : -1;
}

/// How many bytes of the body have left; -1 when it is not known.
static inline int64_t clc_uploaded(CURL *easy) {
    curl_off_t value = -1;
    return curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &value) == CURLE_OK ? (int64_t)value : -1;
}

static inline CURLMcode clc_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The next finished transfer: its handle and how it ended; NULL when there is none.
static inline CURL *clc_multi_finished(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}

/// Waits for activity, a wakeup or the time; libcurl's own timers shorten the wait.
static inline CURLMcode clc_multi_poll(CURLM *multi, int milliseconds) { return curl_multi_poll(multi, NULL, 0, milliseconds, NULL); }

#endif
