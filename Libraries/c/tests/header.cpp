// SPDX-License-Identifier: Apache-2.0
// The header is C++, too, and by itself; what is linked with it is the library of C.
#include <sessiond/sessiond.h>

int main() {
    sessiond_client *client = nullptr;
    sessiond_error *error = nullptr;
    if (sessiond_client_new("/nonexistent", &client, &error) != SESSIOND_OK) return 1;
    sessiond_code code = sessiond_call(client, sessiond_request_status(), 0, nullptr, &error);
    sessiond_error_unref(error);
    sessiond_client_unref(client);
    return code == SESSIOND_ERROR_UNREACHABLE ? 0 : 1;
}
