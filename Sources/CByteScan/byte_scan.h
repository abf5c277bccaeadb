// Many bytes at a time, where the processor has instructions for it that Swift does not offer.
//
// ByteScan.swift is the only caller but for the prefetch, and holds the portable twins; tests hold each
// pair equal. Every function may read past the text: 16 bytes, or 64 where it says so.

#ifndef FLUE_BYTE_SCAN_H
#define FLUE_BYTE_SCAN_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>

typedef __m128i flue_bytes;

static inline flue_bytes flue_load(const void *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}
static inline flue_bytes flue_equal(flue_bytes text, char byte) {
    return _mm_cmpeq_epi8(text, _mm_set1_epi8(byte));
}
static inline flue_bytes flue_is_control(flue_bytes text) {
    return _mm_cmpeq_epi8(_mm_min_epu8(text, _mm_set1_epi8(0x1F)), text);
}
static inline flue_bytes flue_or(flue_bytes left, flue_bytes right) { return _mm_or_si128(left, right); }
static inline flue_bytes flue_and(flue_bytes left, flue_bytes right) { return _mm_and_si128(left, right); }
static inline flue_bytes flue_xor(flue_bytes left, flue_bytes right) { return _mm_xor_si128(left, right); }
static inline _Bool flue_is_zero(flue_bytes text) {
    return _mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_setzero_si128())) == 0xFFFF;
}

/// Bit n is set when byte n is marked.
static inline uint64_t flue_bits(flue_bytes marks) { return (unsigned)_mm_movemask_epi8(marks); }

/// How many bytes stand before the first that is marked; 16 when none is.
static inline int64_t flue_unmarked_prefix(flue_bytes marks) {
    return __builtin_ctz((unsigned)_mm_movemask_epi8(marks) | 0x10000u);
}

#elif defined(__aarch64__)
#include <arm_neon.h>

typedef uint8x16_t flue_bytes;

static inline flue_bytes flue_load(const void *bytes) { return vld1q_u8((const uint8_t *)bytes); }
static inline flue_bytes flue_equal(flue_bytes text, char byte) {
    return vceqq_u8(text, vdupq_n_u8((uint8_t)byte));
}
static inline flue_bytes flue_is_control(flue_bytes text) { return vcltq_u8(text, vdupq_n_u8(0x20)); }
static inline flue_bytes flue_or(flue_bytes left, flue_bytes right) { return vorrq_u8(left, right); }
static inline flue_bytes flue_and(flue_bytes left, flue_bytes right) { return vandq_u8(left, right); }
static inline flue_bytes flue_xor(flue_bytes left, flue_bytes right) { return veorq_u8(left, right); }
static inline _Bool flue_is_zero(flue_bytes text) { return vmaxvq_u8(text) == 0; }

static inline uint64_t flue_bits(flue_bytes marks) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t set = vandq_u8(marks, bit);
    return (uint64_t)vaddv_u8(vget_low_u8(set)) | (uint64_t)vaddv_u8(vget_high_u8(set)) << 8;
}

static inline int64_t flue_unmarked_prefix(flue_bytes marks) {
    // Four bits a byte.
    const uint8x8_t packed = vshrn_n_u16(vreinterpretq_u16_u8(marks), 4);
    const uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(packed), 0);
    return mask == 0 ? 16 : __builtin_ctzll(mask) / 4;
}
#endif

#if defined(__SSE2__) || defined(__aarch64__)

/// How many of sixteen bytes stand before the first quote, backslash or control byte: 16 without any.
static inline int64_t flue_plain_text_prefix(const uint8_t *bytes) {
    const flue_bytes text = flue_load(bytes);
    return flue_unmarked_prefix(
        flue_or(flue_or(flue_equal(text, '"'), flue_equal(text, '\\')), flue_is_control(text)));
}

/// How many of sixteen bytes stand before the first comma or newline: 16 without any.
static inline int64_t flue_csv_field_prefix(const uint8_t *bytes) {
    const flue_bytes text = flue_load(bytes);
    return flue_unmarked_prefix(flue_or(flue_equal(text, ','), flue_equal(text, '\n')));
}

/// Whether sixteen bytes are those of a text as far as its mask says so; text, then mask.
static inline _Bool flue_holds(const uint8_t *bytes, const void *block) {
    const flue_bytes difference = flue_xor(flue_load(bytes), flue_load(block));
    return flue_is_zero(flue_and(difference, flue_load((const uint8_t *)block + 16)));
}

/// Which of 64 bytes are what; bit n for byte n.
typedef struct {
    uint64_t quote;
    uint64_t backslash;
    uint64_t control;
} flue_text_bits;

/// Reads 64 bytes.
static inline flue_text_bits flue_find_text_bits(const uint8_t *bytes) {
    flue_text_bits found = {0, 0, 0};
    for (int start = 0; start < 64; start += 16) {
        const flue_bytes text = flue_load(bytes + start);
        found.quote |= flue_bits(flue_equal(text, '"')) << start;
        found.backslash |= flue_bits(flue_equal(text, '\\')) << start;
        found.control |= flue_bits(flue_is_control(text)) << start;
    }
    return found;
}

/// Which of 64 bytes may stand behind a backslash, besides quote and backslash; `u` apart.
typedef struct {
    uint64_t letter;
    uint64_t unicode;
} flue_escape_bits;

/// Reads 64 bytes.
static inline flue_escape_bits flue_find_escape_bits(const uint8_t *bytes) {
    flue_escape_bits found = {0, 0};
    for (int start = 0; start < 64; start += 16) {
        const flue_bytes text = flue_load(bytes + start);
        const flue_bytes first = flue_or(flue_equal(text, 'n'), flue_equal(text, 't'));
        const flue_bytes second = flue_or(flue_equal(text, 'r'), flue_equal(text, '/'));
        const flue_bytes third = flue_or(flue_equal(text, 'b'), flue_equal(text, 'f'));
        found.letter |= flue_bits(flue_or(flue_or(first, second), third)) << start;
        found.unicode |= flue_bits(flue_equal(text, 'u')) << start;
    }
    return found;
}

#endif

/// Starts to bring the 128 bytes at `address` near; says nothing of them.
static inline void flue_prefetch(const void *address) {
    __builtin_prefetch(address);
    __builtin_prefetch((const char *)address + 64);
}

#endif
