// Many bytes at a time, where the processor has instructions for it that Swift does not offer.
//
// The portable twins stand beside the callers (ByteScan, FixedText, JSONSkipping, Digest); tests hold each pair
// equal. Functions that scan may read past the text: 16 bytes, or 64 where they say so.

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

#endif

// In byte_scan.c: what is chosen when the program runs.

/// How many bytes at a time the processor can look at: 16, 32 or 64.
int flue_widest_look(void);

/// The closing quote of a JSON text in which `offset` stands behind no backslash; -1 for one that JSON does not allow.
/// Looks at `width` bytes at a time, 64 before it asks what they are.
int64_t flue_end_of_text(const uint8_t *bytes, int64_t offset, int width);

/// Whether the processor has instructions for AES, which the digest below takes.
_Bool flue_has_aes(void);

/// A digest of 64 bytes or more by such rounds; `keys` are eight, `count` is part of it.
uint64_t flue_line_digest(const uint8_t *bytes, int64_t count, const uint64_t *keys);

/// Starts to bring the 128 bytes at `address` near; says nothing of them.
static inline void flue_prefetch(const void *address) {
    __builtin_prefetch(address);
    __builtin_prefetch((const char *)address + 64);
}

#endif
