// SPDX-License-Identifier: Apache-2.0
// A directory of users and groups for nsswitch.conf(5) whose answers a test decides, and when they come.
//
// Each name, and each id as id-NUMBER, is a file in FOLDER: a regular one with the answer in it, or a FIFO, out of which
// the answer comes when the test writes it: until then the look-up hangs. An answer is one of
//     found ID        absent        error ERRNO        after SECONDS ANSWER
// A name without a file is absent.
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <nss.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum nss_status ask(const char *name, unsigned *id, int *error) {
    char path[PATH_MAX], answer[256] = "";
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *file = fopen(path, "re");
    if (file == NULL) return NSS_STATUS_NOTFOUND;
    char *line = fgets(answer, sizeof answer, file);
    fclose(file);
    unsigned seconds;
    int skipped = 0;
    if (line != NULL && sscanf(answer, "after %u %n", &seconds, &skipped) == 1) {
        while (seconds > 0) seconds = sleep(seconds);
    }
    if (line != NULL && sscanf(answer + skipped, "found %u", id) == 1) return NSS_STATUS_SUCCESS;
    if (line != NULL && sscanf(answer + skipped, "error %d", error) == 1) return NSS_STATUS_UNAVAIL;
    return NSS_STATUS_NOTFOUND;
}

// Where the texts of an entry are put; NULL: there is no room.
static char *keep(char **buffer, size_t *size, const char *text) {
    size_t length = strlen(text) + 1;
    if (length > *size) return NULL;
    char *kept = memcpy(*buffer, text, length);
    *buffer += length;
    *size -= length;
    return kept;
}

static enum nss_status group_entry(
    const char *name, unsigned id, struct group *group, char *buffer, size_t size, int *error) {
    static char *nobody[] = {NULL};
    group->gr_name = keep(&buffer, &size, name);
    group->gr_passwd = keep(&buffer, &size, "x");
    group->gr_gid = id;
    group->gr_mem = nobody;
    if (group->gr_name != NULL && group->gr_passwd != NULL) return NSS_STATUS_SUCCESS;
    *error = ERANGE;
    return NSS_STATUS_TRYAGAIN;
}

static enum nss_status user_entry(
    const char *name, unsigned id, struct passwd *user, char *buffer, size_t size, int *error) {
    user->pw_name = keep(&buffer, &size, name);
    user->pw_passwd = user->pw_gecos = keep(&buffer, &size, "x");
    user->pw_dir = user->pw_shell = keep(&buffer, &size, "/");
    user->pw_uid = user->pw_gid = id;
    if (user->pw_name != NULL && user->pw_passwd != NULL && user->pw_dir != NULL) return NSS_STATUS_SUCCESS;
    *error = ERANGE;
    return NSS_STATUS_TRYAGAIN;
}

enum nss_status _nss_slow_getgrnam_r(
    const char *name, struct group *group, char *buffer, size_t size, int *error) {
    unsigned id;
    enum nss_status status = ask(name, &id, error);
    return status == NSS_STATUS_SUCCESS ? group_entry(name, id, group, buffer, size, error) : status;
}

enum nss_status _nss_slow_getpwnam_r(
    const char *name, struct passwd *user, char *buffer, size_t size, int *error) {
    unsigned id;
    enum nss_status status = ask(name, &id, error);
    return status == NSS_STATUS_SUCCESS ? user_entry(name, id, user, buffer, size, error) : status;
}

enum nss_status _nss_slow_getgrgid_r(gid_t id, struct group *group, char *buffer, size_t size, int *error) {
    char name[32];
    snprintf(name, sizeof name, "id-%u", id);
    unsigned same;
    enum nss_status status = ask(name, &same, error);
    return status == NSS_STATUS_SUCCESS ? group_entry(name, id, group, buffer, size, error) : status;
}

enum nss_status _nss_slow_getpwuid_r(uid_t id, struct passwd *user, char *buffer, size_t size, int *error) {
    char name[32];
    snprintf(name, sizeof name, "id-%u", id);
    unsigned same;
    enum nss_status status = ask(name, &same, error);
    return status == NSS_STATUS_SUCCESS ? user_entry(name, id, user, buffer, size, error) : status;
}
