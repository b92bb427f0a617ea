import type { GuideContent } from './guide.ts';

/** The class guide that an installation begins with. */
export const FIRST_GUIDE: GuideContent = {
  classes: {
    flag: {
      definition:
        'A sharp run in one direction (the pole), a narrow pause near its end (the consolidation), and at the last bar a close out of the pause in the direction of the pole.',
      counts: [
        'The pole is at least two ATR high and takes 3 to 15 bars.',
        'The pause lasts 12 to 40 bars and covers at most half of the pole’s height.',
        'The last three closes go on in the pole’s direction and the last one is beyond the pause.',
        'A pause that drifts a little against the pole is as good as a level one.',
      ],
      doesNot: [
        'A pause that gives back more than half of the pole.',
        'A pause that breaks against the pole, or has not broken yet.',
        'A slow climb without a bar range to speak of: a pole stands out from what came before.',
      ],
      neighbours:
        'A wedge has no pole: two lines meet over most of the window. Where a narrowing pause follows a real pole and breaks its way, it is a flag.',
    },
    wedge: {
      definition:
        'Swings that grow smaller between two lines that meet, over 20 to 60 bars, still going on at the last bar.',
      counts: [
        'At least three swing highs lie along the upper line and three swing lows along the lower one.',
        'The gap between the lines shrinks to 60 % or less of what it was.',
        'Both lines may rise, both may fall, or one of each.',
      ],
      doesNot: [
        'Lines that run side by side: that is a channel.',
        'One fall and one rise, a V, however well two lines can be laid over it.',
        'Touches that all crowd into one half of the pattern.',
      ],
      neighbours:
        'A flag’s pause is short and hangs on a pole; a wedge is the whole picture by itself. If price has clearly left the lines and a pole stands before them, ask whether it is a flag.',
    },
    blowoff: {
      definition:
        'The last bar runs up on far more volume than usual and is sold: a long upper wick on a bar of full range.',
      counts: [
        'The bar is at least as high as the ATR.',
        'The upper wick is 60 % or more of the bar.',
        'Volume stands out: z of 2 or more against the 20 bars before.',
      ],
      doesNot: [
        'A long upper wick that hardly anybody traded.',
        'Heavy volume on a bar that closes near its high.',
        'A spike some bars ago: it has to be the last bar.',
      ],
      neighbours:
        'Wick exhaustion is the mirror image below: a long lower wick where buyers take over. With long wicks on both sides it is the one with the longer wick, if its other conditions hold, else none.',
    },
    wick_exhaustion: {
      definition:
        'Sellers push the last bar down and are used up: a long lower wick, and buying takes over from selling (CVD turns up) within its last bars.',
      counts: [
        'The bar is at least as high as the ATR.',
        'The lower wick is 60 % or more of the bar.',
        'The volume delta turns from below to above zero in the last three bars.',
      ],
      doesNot: [
        'A long lower wick in the middle of nowhere while delta goes on as before.',
        'A wick that is long only because the bar is small.',
        'A guessed delta (marked proxy) alone: look whether the close says the same.',
      ],
      neighbours:
        'A blowoff’s long wick is above and asks for volume; this one’s is below and asks for the turn in delta. A lower wick on heavy volume without the turn is none.',
    },
    none: {
      definition: 'Nothing of the above is complete at the last bar.',
      counts: [
        'Sessions that trend or range without a pattern.',
        'A pattern that ended bars ago, or is not complete yet.',
        'Something that nearly is a pattern: one condition short is short.',
      ],
      doesNot: [
        'A window that you cannot judge: skip it and say why.',
        'Bars that are wrong, with gaps or impossible prices: skip it as bad data.',
      ],
      neighbours:
        'Judge the last bar. If a pattern would be clear with one bar more, it is none today; the window that ends with that bar comes by itself.',
    },
  },
  precedence:
    'Where two hold at once: blowoff, then wick exhaustion, then flag, then wedge. What happens at the last bar outranks the shape before it.',
};
