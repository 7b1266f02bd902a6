package dev.aligner.evaluation;

/** Whether questions and answers get into a report. */
public enum ReportTexts {

  /** Sampled rows and the most frequent opening are in it. The default. */
  INCLUDE,

  /**
   * No question, answer or correction is in it, nor any part of one. Names of groups and labels
   * are.
   */
  OMIT
}
