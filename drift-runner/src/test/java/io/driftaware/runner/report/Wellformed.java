package io.driftaware.runner.report;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A report read by a parser that forgives nothing: what it finds is what there is. */
public final class Wellformed {
    private final Document document;

    private Wellformed(Document document) {
        this.document = document;
    }

    /** Fails where a quote, a bracket or a character is out of place. */
    public static Wellformed parse(String html) throws Exception {
        return new Wellformed(DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html))));
    }

    /** Names of all elements, and of all attributes with an '@' before. */
    public TreeSet<String> names() {
        TreeSet<String> names = new TreeSet<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            names.add(all.item(i).getNodeName());
            for (int a = 0; a < all.item(i).getAttributes().getLength(); a++) {
                names.add("@" + all.item(i).getAttributes().item(a).getNodeName());
            }
        }
        return names;
    }

    /** Values of an attribute, wherever it stands. */
    public List<String> values(String attribute) {
        List<String> values = new ArrayList<>();
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Node found = all.item(i).getAttributes().getNamedItem(attribute);
            if (found != null) {
                values.add(found.getNodeValue());
            }
        }
        return values;
    }

    /** What a person reads, spaces made plain. */
    public String text() {
        return document.getElementsByTagName("body").item(0).getTextContent().replace('\u00A0', ' ');
    }

    /** The text of the first element of this name. */
    public String text(String element) {
        return document.getElementsByTagName(element).item(0).getTextContent().replace('\u00A0', ' ');
    }
}
