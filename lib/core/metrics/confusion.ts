/** Weight by [actual class][predicted class]; counts where rows carry no weights. */
export type ConfusionMatrix = readonly (readonly number[])[];

/**
 * @param actual class index of each row
 * @param predicted class index of each row
 * @param classes how many classes there are
 * @param weights one a row, ≥ 0 (for natural prevalence: the inverse inclusion probability); 1 where left out
 */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): ConfusionMatrix {
  if (predicted.length !== actual.length || (weights && weights.length !== actual.length)) {
    throw new Error(
      `confusion: ${actual.length} actual, ${predicted.length} predicted, ${weights?.length ?? 'no'} weights`,
    );
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) {
    const row = matrix[actual[i]];
    if (row?.[predicted[i]] === undefined) {
      throw new Error(
        `confusion: row ${i} is of class ${actual[i]}, predicted ${predicted[i]}; both must be below ${classes}`,
      );
    }
    row[predicted[i]] += weights ? weights[i] : 1;
  }
  return matrix;
}

export interface ClassScore {
  /** Weight of the class's rows. */
  readonly support: number;
  /** Null where nothing was predicted to be of the class. */
  readonly precision: number | null;
  /** Null where the class has no rows. */
  readonly recall: number | null;
  /** 2·tp / (2·tp + fp + fn); null where the class has no rows. */
  readonly f1: number | null;
}

/** Precision, recall and F1 of each class. */
export function classScores(matrix: ConfusionMatrix): ClassScore[] {
  return matrix.map((row, c) => {
    const hits = row[c];
    const support = row.reduce((sum, weight) => sum + weight, 0);
    const predicted = matrix.reduce((sum, other) => sum + other[c], 0);
    return {
      support,
      precision: predicted > 0 ? hits / predicted : null,
      recall: support > 0 ? hits / support : null,
      f1: support > 0 ? (2 * hits) / (support + predicted) : null,
    };
  });
}

/** Mean F1 over the classes that have rows; null where none has. */
export function macroF1(matrix: ConfusionMatrix): number | null {
  const known = classScores(matrix).flatMap(({ f1 }) => (f1 === null ? [] : [f1]));
  return known.length > 0 ? known.reduce((sum, f1) => sum + f1, 0) / known.length : null;
}
