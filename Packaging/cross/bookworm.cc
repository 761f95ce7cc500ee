// SPDX-License-Identifier: Apache-2.0
//
// What Debian's static Swift runtime takes from glibc 2.38 and GCC 13, for Debian 12, which has glibc 2.36 and GCC 12.

#include <ios>

// Of glibc: declared here by their plain names, which <stdlib.h> would rename.
#include <stdarg.h>
#include <stddef.h>

extern "C" {

long strtol(const char *, char **, int);
long long strtoll(const char *, char **, int);
unsigned long strtoul(const char *, char **, int);
int vsscanf(const char *, const char *, va_list);
size_t strlen(const char *);
void *memcpy(void *, const void *, size_t);

// C23 reads 0b101 besides, which nobody here passes.
long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }
unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }

int __isoc23_sscanf(const char *text, const char *format, ...) {
    va_list values;
    va_start(values, format);
    int count = vsscanf(text, format, values);
    va_end(values);
    return count;
}

size_t strlcpy(char *to, const char *from, size_t capacity) {
    size_t length = strlen(from);
    if (capacity != 0) {
        size_t copied = length < capacity ? length : capacity - 1;
        memcpy(to, from, copied);
        to[copied] = 0;
    }
    return length;
}

size_t strlcat(char *to, const char *from, size_t capacity) {
    size_t before = 0;
    while (before < capacity && to[before] != 0) before++;
    return before == capacity ? capacity + strlen(from) : before + strlcpy(to + before, from, capacity - before);
}

}

// GCC 13 has it in its library; in GCC 12 every user starts the streams.
namespace std {
void ios_base_library_init() { static ios_base::Init started; }
}
