package dev.aligner.langchain4j.testing;

import dev.aligner.Aligner;
import dev.aligner.Correction;
import dev.aligner.CorrectionRequest;
import dev.aligner.InferenceException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Aligners that turn RAW into FINE, so that a test sees at once what was not corrected. */
public final class Aligners {

  private Aligners() {}

  /** Returns one that does as told. */
  public static Aligner fine() {
    return request -> Correction.of(request, request.answer().replace("RAW", "FINE"));
  }

  /** Returns one that does as told, and keeps what it was asked. */
  public static Recording recording() {
    return new Recording();
  }

  /** Returns one that fails. */
  public static Aligner failing() {
    return request -> {
      throw new InferenceException("no memory left", null);
    };
  }

  /** Keeps its requests. */
  public static final class Recording implements Aligner {

    private final List<CorrectionRequest> requests = new CopyOnWriteArrayList<>();

    private Recording() {}

    @Override
    public Correction correct(CorrectionRequest request) {
      requests.add(request);
      return fine().correct(request);
    }

    /** Returns the questions in their order. */
    public List<String> questions() {
      return requests.stream().map(CorrectionRequest::query).toList();
    }
  }
}
