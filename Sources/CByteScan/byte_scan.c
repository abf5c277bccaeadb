// What is compiled for more than the least processor, and chosen when the program runs.

#include "byte_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__SSE2__) || defined(__aarch64__)
// MARK: Texts

/// Which of 64 bytes are what; bit n for byte n.
typedef struct {
    uint64_t quote, backslash, control;
} text_bits;

/// Which of 64 bytes may stand behind a backslash, and which of them is a `u`.
typedef struct {
    uint64_t any, unicode;
} escape_bits;

static inline _Bool is_hexadecimal(uint8_t byte) {
    return (uint8_t)(byte - '0') < 10 || (uint8_t)((byte | 0x20) - 'a') < 6;
}

/// The bytes that a backslash stands before: those behind an odd number of backslashes.
///
/// After G. Langdale and D. Lemire, "Parsing gigabytes of JSON per second" (2019), section 3.1.1.
///
/// `*carry`: 1 when the byte before the first is such a backslash; then the same of the last.
static inline __attribute__((always_inline)) uint64_t escaped_bytes(uint64_t backslash, uint64_t *carry) {
    const uint64_t even = 0x5555555555555555;
    const uint64_t openers = backslash & ~*carry;
    const uint64_t behind = openers << 1 | *carry;
    unsigned long long ends;
    *carry = __builtin_uaddll_overflow(openers & ~even & ~behind, openers, &ends);
    return (even ^ (ends << 1)) & behind;
}

/// The whole of `flue_end_of_text` but for how 64 bytes are looked at.
#define FLUE_END_OF_TEXT(LOOK, ESCAPES)                                                        \
    uint64_t carry = 0;                                                                        \
    for (;; offset += 64) {                                                                    \
        const text_bits found = LOOK(bytes + offset);                                          \
        uint64_t ends = found.quote | found.control;                                           \
        if (found.backslash | carry) {                                                         \
            uint64_t escaped = escaped_bytes(found.backslash, &carry);                         \
            ends = (found.quote & ~escaped) | found.control;                                   \
            if (ends) escaped &= (ends & -ends) - 1;                                           \
            const escape_bits known = ESCAPES(bytes + offset);                                 \
            if (escaped & ~known.any) return -1;                                               \
            for (uint64_t codes = escaped & known.unicode; codes; codes &= codes - 1) {        \
                const uint8_t *const digits = bytes + offset + __builtin_ctzll(codes) + 1;     \
                for (int digit = 0; digit < 4; digit++)                                        \
                    if (!is_hexadecimal(digits[digit])) return -1;                             \
            }                                                                                  \
        }                                                                                      \
        if (!ends) continue;                                                                   \
        const int64_t end = offset + __builtin_ctzll(ends);                                    \
        return bytes[end] == '"' ? end : -1;                                                   \
    }

#if defined(__x86_64__)
// What may stand behind a backslash: `low` of its low four bits and `high` of its high ones have a bit in common.
#define FLUE_LOW 0, 0, 13, 0, 8, 8, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1
#define FLUE_HIGH 0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0

#define FLUE_64 __attribute__((target("avx512bw")))

FLUE_64 static inline text_bits look_at_64(const uint8_t *bytes) {
    const __m512i text = _mm512_loadu_si512(bytes);
    const text_bits found = {
        _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('"')),
        _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\\')),
        _mm512_cmplt_epu8_mask(text, _mm512_set1_epi8(0x20))};
    return found;
}

FLUE_64 static inline escape_bits escapes_of_64(const uint8_t *bytes) {
    const __m512i text = _mm512_loadu_si512(bytes);
    const __m512i low = _mm512_broadcast_i32x4(_mm_setr_epi8(FLUE_LOW));
    const __m512i high = _mm512_broadcast_i32x4(_mm_setr_epi8(FLUE_HIGH));
    const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(text, 4), _mm512_set1_epi8(0x0F));
    const escape_bits known = {
        _mm512_test_epi8_mask(_mm512_shuffle_epi8(low, text), _mm512_shuffle_epi8(high, upper)),
        _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('u'))};
    return known;
}

FLUE_64 static int64_t end_by_64(const uint8_t *bytes, int64_t offset) {
    FLUE_END_OF_TEXT(look_at_64, escapes_of_64)
}

#define FLUE_32 __attribute__((target("avx2")))

FLUE_32 static inline uint64_t bits_of_32(__m256i low, __m256i high) {
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

FLUE_32 static inline uint64_t equal_of_32(__m256i low, __m256i high, char byte) {
    const __m256i bytes = _mm256_set1_epi8(byte);
    return bits_of_32(_mm256_cmpeq_epi8(low, bytes), _mm256_cmpeq_epi8(high, bytes));
}

FLUE_32 static inline text_bits look_at_32(const uint8_t *bytes) {
    const __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
    const __m256i last = _mm256_set1_epi8(0x1F);
    const text_bits found = {
        equal_of_32(low, high, '"'), equal_of_32(low, high, '\\'),
        bits_of_32(_mm256_cmpeq_epi8(_mm256_min_epu8(low, last), low),
                   _mm256_cmpeq_epi8(_mm256_min_epu8(high, last), high))};
    return found;
}

FLUE_32 static inline __m256i no_escapes(__m256i text) {
    const __m256i low = _mm256_setr_epi8(FLUE_LOW, FLUE_LOW);
    const __m256i high = _mm256_setr_epi8(FLUE_HIGH, FLUE_HIGH);
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(text, 4), _mm256_set1_epi8(0x0F));
    return _mm256_cmpeq_epi8(
        _mm256_and_si256(_mm256_shuffle_epi8(low, text), _mm256_shuffle_epi8(high, upper)),
        _mm256_setzero_si256());
}

FLUE_32 static inline escape_bits escapes_of_32(const uint8_t *bytes) {
    const __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
    const escape_bits known = {
        ~bits_of_32(no_escapes(low), no_escapes(high)), equal_of_32(low, high, 'u')};
    return known;
}

FLUE_32 static int64_t end_by_32(const uint8_t *bytes, int64_t offset) {
    FLUE_END_OF_TEXT(look_at_32, escapes_of_32)
}
#endif

static inline text_bits look_at_16(const uint8_t *bytes) {
    text_bits found = {0, 0, 0};
    for (int start = 0; start < 64; start += 16) {
        const flue_bytes text = flue_load(bytes + start);
        found.quote |= flue_bits(flue_equal(text, '"')) << start;
        found.backslash |= flue_bits(flue_equal(text, '\\')) << start;
        found.control |= flue_bits(flue_is_control(text)) << start;
    }
    return found;
}

static inline escape_bits escapes_of_16(const uint8_t *bytes) {
    escape_bits known = {0, 0};
    for (int start = 0; start < 64; start += 16) {
        const flue_bytes text = flue_load(bytes + start);
        const flue_bytes unicode = flue_equal(text, 'u');
        flue_bytes any = unicode;
        for (const char *byte = "nt\"\\/rbf"; *byte; byte++) any = flue_or(any, flue_equal(text, *byte));
        known.any |= flue_bits(any) << start;
        known.unicode |= flue_bits(unicode) << start;
    }
    return known;
}

static int64_t end_by_16(const uint8_t *bytes, int64_t offset) {
    FLUE_END_OF_TEXT(look_at_16, escapes_of_16)
}

int flue_widest_look(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw")) return 64;
    if (__builtin_cpu_supports("avx2")) return 32;
#endif
    return 16;
}

int64_t flue_end_of_text(const uint8_t *bytes, int64_t offset, int width) {
#if defined(__x86_64__)
    if (width == 64) return end_by_64(bytes, offset);
    if (width == 32) return end_by_32(bytes, offset);
#endif
    (void)width;
    return end_by_16(bytes, offset);
}
#endif

// MARK: Digests

#if defined(__x86_64__)
#define FLUE_AES __attribute__((target("aes")))
typedef __m128i block;

FLUE_AES static inline block load(const void *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}
FLUE_AES static inline block pair(uint64_t first, uint64_t second) {
    return _mm_set_epi64x((long long)second, (long long)first);
}
FLUE_AES static inline block step(block state, block key) { return _mm_aesenc_si128(state, key); }
FLUE_AES static inline uint64_t first(block state) { return (uint64_t)_mm_cvtsi128_si64(state); }

_Bool flue_has_aes(void) { return __builtin_cpu_supports("aes"); }

#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#define FLUE_AES __attribute__((target("aes")))
typedef uint8x16_t block;

FLUE_AES static inline block load(const void *bytes) { return vld1q_u8((const uint8_t *)bytes); }
FLUE_AES static inline block pair(uint64_t first, uint64_t second) {
    return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(first), vcreate_u64(second)));
}
FLUE_AES static inline block step(block state, block key) {
    return veorq_u8(vaesmcq_u8(vaeseq_u8(state, vdupq_n_u8(0))), key);
}
FLUE_AES static inline uint64_t first(block state) {
    return vgetq_lane_u64(vreinterpretq_u64_u8(state), 0);
}

_Bool flue_has_aes(void) { return (getauxval(AT_HWCAP) >> 3 & 1) != 0; }  // HWCAP_AES

#else
_Bool flue_has_aes(void) { return 0; }
#endif

#ifdef FLUE_AES
FLUE_AES uint64_t flue_line_digest(const uint8_t *bytes, int64_t count, const uint64_t *keys) {
    const uint64_t length = (uint64_t)count;
    block a = pair(keys[0] ^ length, keys[1]);
    block b = pair(keys[2] ^ length, keys[3]);
    block c = pair(keys[4] ^ length, keys[5]);
    block d = pair(keys[6] ^ length, keys[7]);
    const uint8_t *const last = bytes + count - 64;
    for (;;) {
        a = step(a, load(bytes));
        b = step(b, load(bytes + 16));
        c = step(c, load(bytes + 32));
        d = step(d, load(bytes + 48));
        if (bytes == last) break;
        bytes = bytes + 64 < last ? bytes + 64 : last;
    }
    // Two rounds spread what differs over a whole state, so that two of them do not meet by chance.
    for (int key = 0; key < 4; key += 2) {
        const block round = pair(keys[key], keys[key + 1]);
        a = step(a, round), b = step(b, round), c = step(c, round), d = step(d, round);
    }
    a = step(step(a, b), step(c, d));
    for (int key = 0; key < 6; key += 2) a = step(a, pair(keys[key], keys[key + 1]));
    return first(a);
}
#else
uint64_t flue_line_digest(const uint8_t *bytes, int64_t count, const uint64_t *keys) {
    (void)bytes, (void)count, (void)keys;
    return 0;
}
#endif
