// Sixteen bytes at a time, where the processor has instructions for it that Swift does not offer.
//
// ByteScan.swift is the only caller, and holds the portable twin; a test holds the two equal.

#ifndef FLUE_BYTE_SCAN_H
#define FLUE_BYTE_SCAN_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__SSE2__) || defined(__aarch64__)
#define FLUE_HAS_BYTE_SCAN 1

/// How many of the sixteen bytes at `bytes` stand before the first quote, backslash or control byte:
/// 16 when there is none.
static inline int64_t flue_plain_text_prefix(const uint8_t *bytes) {
#if defined(__SSE2__)
    const __m128i text = _mm_loadu_si128((const __m128i *)bytes);
    const __m128i quote = _mm_cmpeq_epi8(text, _mm_set1_epi8('"'));
    const __m128i slash = _mm_cmpeq_epi8(text, _mm_set1_epi8('\\'));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(text, _mm_set1_epi8(0x1F)), text);
    const __m128i ends = _mm_or_si128(_mm_or_si128(quote, slash), control);
    return __builtin_ctz((unsigned)_mm_movemask_epi8(ends) | 0x10000u);
#else
    const uint8x16_t text = vld1q_u8(bytes);
    const uint8x16_t quote = vceqq_u8(text, vdupq_n_u8('"'));
    const uint8x16_t slash = vceqq_u8(text, vdupq_n_u8('\\'));
    const uint8x16_t control = vcltq_u8(text, vdupq_n_u8(0x20));
    const uint8x16_t ends = vorrq_u8(vorrq_u8(quote, slash), control);
    // Four bits a byte.
    const uint8x8_t packed = vshrn_n_u16(vreinterpretq_u16_u8(ends), 4);
    const uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(packed), 0);
    return mask == 0 ? 16 : __builtin_ctzll(mask) / 4;
#endif
}

#endif
/// Starts to bring the 128 bytes at `address` near; says nothing of them.
static inline void flue_prefetch(const void *address) {
    __builtin_prefetch(address);
    __builtin_prefetch((const char *)address + 64);
}

#endif
